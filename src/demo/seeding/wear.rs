//! When the first of the made-up patients had their aligners out: meals of three weeks, one of them forgotten.

use super::Seeder;

impl Seeder<'_> {
    pub(super) async fn wear(&mut self, email: &str) -> Result<(), sqlx::Error> {
        sqlx::query!(
            r#"insert into wear_intervals (user_id, journey_id, taken_out_at, put_in_at, source, actor_id, created_at)
               select u.id, j.id, meal.out, meal.out + meal.minutes * interval '1 minute', meal.source, u.id, meal.out
               from users u join journeys j on j.user_id = u.id and j.status = 'active',
                 lateral (
                   select ((date_trunc('day', $2::timestamptz at time zone u.time_zone) - day * interval '1 day') + at)
                            at time zone u.time_zone as out,
                          case when day = 4 and at = time '19:10' then 300 else minutes + (day * 7) % 11 end as minutes,
                          (case when day % 6 = 5 then 'entered' else 'timed' end)::wear_source as source
                   from generate_series(0, 20) as day,
                     (values (time '07:20', 20), (time '12:40', 35), (time '19:10', 42)) as meals (at, minutes)
                 ) as meal
               where u.email = $1 and meal.out + meal.minutes * interval '1 minute' < $2
                 and meal.out > j.date_of_starting_treatment"#,
            email,
            self.now,
        )
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }
}
