//! One use case a function, one transaction.

use super::{
    actor::{Act, Anyone, Office},
    model::{Role, TERMS_VERSION, UserId},
    oidc::Identity,
    session,
    store::{self, Known, clashes},
};
use crate::{
    accounts::Action,
    audit::{self, Entry},
    error::Fault,
    ui::{Language, Theme},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

/// Whom Midline knows the provider's person as. The first time, that is whoever has the same verified
/// email and no sign-in yet, or a new patient, where registration is open. What they are called, and their address, follow the provider.
///
/// # Errors
/// [`Fault::EmailTaken`], [`Fault::EmailUnusable`], [`Fault::NotRegistered`], [`Fault::Disabled`]; each leaves an audit row.
pub async fn recognise(
    db: &mut PgConnection,
    identity: &Identity,
    open_registration: bool,
    request: Option<Uuid>,
) -> Result<UserId, Fault> {
    let mut tx = db.begin().await?;
    if !store::is_an_address(&mut tx, &identity.email).await? {
        return refuse(tx, None, Fault::EmailUnusable, request).await;
    }
    let known = store::find_by_subject(&mut tx, &identity.subject).await?;
    let (user, how) = match known {
        Some(known) if known.disabled => {
            return refuse(tx, Some(known.id), Fault::Disabled, request).await;
        }
        Some(known) => {
            follow(&mut tx, &known, identity, request).await?;
            (known.id, "known")
        }
        None => match store::find_by_email(&mut tx, &identity.email).await? {
            Some(known) if known.disabled => {
                return refuse(tx, Some(known.id), Fault::Disabled, request).await;
            }
            Some(known) if known.subject.is_some() => {
                return refuse_taken(tx, &known, identity, request).await;
            }
            Some(known) => {
                if !store::tie_subject(&mut tx, known.id, &identity.subject).await? {
                    return refuse_taken(tx, &known, identity, request).await;
                }
                follow(&mut tx, &known, identity, request).await?;
                (known.id, "tied")
            }
            None if !open_registration => {
                return refuse(tx, None, Fault::NotRegistered, request).await;
            }
            None => {
                let opened = store::open_account(
                    &mut tx,
                    &identity.email,
                    &identity.subject,
                    &identity.first_name,
                    &identity.last_name,
                )
                .await?;
                match opened {
                    Some(id) => (id, "opened"),
                    // Two first sign-ins at once: the other one won, and the next try finds it.
                    None => return refuse(tx, None, Fault::SignInStale, request).await,
                }
            }
        },
    };
    let roles_changed = store::set_roles(&mut tx, user, &identity.roles).await?;
    // Patients alone are called back.
    if let Some(phone) = identity.phone.as_deref()
        && identity.roles.contains(&Role::Patient)
        && store::follow_phone(&mut tx, user, phone).await?
    {
        let entry = Entry::new(Action::Follow)
            .by(user.0, role_of(identity).name())
            .about(user.0)
            .during(request)
            .detail(json!({ "phone": true }));
        audit::record(&mut tx, entry).await?;
    }
    let entry = Entry::new(Action::StartSession)
        .by(user.0, role_of(identity).name())
        .about(user.0)
        .during(request)
        .detail(json!({ "account": how, "roles_changed": roles_changed }));
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(user)
}

fn role_of(identity: &Identity) -> Role {
    let highest = identity.roles.iter().max().copied();
    highest.unwrap_or(Role::Patient)
}

/// Takes over what the provider says somebody is called, and their address. One that another account has stays there, until staff
/// have seen to it; they sign in all the same.
async fn follow(
    tx: &mut PgConnection,
    known: &Known,
    identity: &Identity,
    request: Option<Uuid>,
) -> Result<(), Fault> {
    let entry = |action| {
        Entry::new(action)
            .by(known.id.0, role_of(identity).name())
            .about(known.id.0)
            .during(request)
    };
    let (first, last) = (&identity.first_name, &identity.last_name);
    // A provider that tells no names takes none away.
    let named = !(first.is_empty() && last.is_empty());
    let renamed = named && (first, last) != (&known.first_name, &known.last_name);
    if renamed {
        store::rename(tx, known.id, first, last).await?;
    }
    let differs = identity.email != known.email;
    let moved = differs && clashes::move_address(tx, known.id, &identity.email).await?;
    if !differs || moved {
        clashes::settle_own_clashes(tx, known.id).await?;
    } else if let Some(holder) = store::find_by_email(tx, &identity.email).await? {
        clashes::note_clash(tx, holder.id, identity, Some(known.id)).await?;
        let entry = entry(Action::Follow).detail(json!({ "why": "email_taken" }));
        audit::record(tx, entry.refused()).await?;
    }
    if renamed || moved {
        let entry = entry(Action::Follow).detail(json!({ "name": renamed, "email": moved }));
        audit::record(tx, entry).await?;
    }
    Ok(())
}

/// Another account has the address: staff are shown that, and who else wants it.
async fn refuse_taken(
    mut tx: sqlx::Transaction<'_, sqlx::Postgres>,
    holder: &Known,
    identity: &Identity,
    request: Option<Uuid>,
) -> Result<UserId, Fault> {
    clashes::note_clash(&mut tx, holder.id, identity, None).await?;
    refuse(tx, Some(holder.id), Fault::EmailTaken, request).await
}

async fn refuse(
    mut tx: sqlx::Transaction<'_, sqlx::Postgres>,
    subject: Option<UserId>,
    fault: Fault,
    request: Option<Uuid>,
) -> Result<UserId, Fault> {
    let mut entry = Entry::new(Action::StartSession)
        .refused()
        .during(request)
        .detail(json!({ "why": fault.name() }));
    entry.subject = subject.map(|id| id.0);
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Err(fault)
}

/// Records a sign-in that the provider's answer did not lead to.
pub async fn sign_in_refused(
    db: &mut PgConnection,
    fault: Fault,
    request: Uuid,
) -> Result<(), Fault> {
    let entry = Entry::new(Action::StartSession)
        .refused()
        .during(Some(request))
        .detail(json!({ "why": fault.name() }));
    audit::record(db, entry).await?;
    Ok(())
}

/// Ends a session, and records that.
pub async fn sign_out(
    db: &mut PgConnection,
    act: &Act,
    session: Option<session::Id>,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    if let Some(id) = session {
        session::end(&mut tx, &id).await?;
    }
    audit::record(&mut tx, act.entry(Action::EndSession).about(act.by.0)).await?;
    tx.commit().await?;
    Ok(())
}

/// Accepts the present terms, once.
pub async fn accept_terms(
    db: &mut PgConnection,
    anyone: &Anyone,
    act: &Act,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if anyone.0.accepted_terms() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    store::accept_terms(&mut tx, act.by, TERMS_VERSION, now).await?;
    let entry = act
        .entry(Action::AcceptTerms)
        .about(act.by.0)
        .detail(json!({ "version": TERMS_VERSION }));
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// How somebody likes to read, and where they can be called.
#[derive(Clone, Copy, Debug, Default)]
pub struct Preferences<'a> {
    /// None: as the browser asks.
    pub language: Option<Language>,
    /// None: as the device prefers.
    pub theme: Option<Theme>,
    /// None: as it is.
    pub shortcuts: Option<bool>,
    /// As `telephone::clean` gives it, or empty for no number. None: as it is.
    pub phone: Option<&'a str>,
}

/// Keeps how somebody likes to read, and where they can be called.
pub async fn set_preferences(
    db: &mut PgConnection,
    act: &Act,
    chosen: Preferences<'_>,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    store::set_preferences(
        &mut tx,
        act.by,
        chosen.language.map(Language::code),
        chosen.theme.map(Theme::code),
        chosen.shortcuts,
    )
    .await?;
    if let Some(phone) = chosen.phone {
        let phone = Some(phone).filter(|phone| !phone.is_empty());
        store::set_phone(&mut tx, act.by, phone).await?;
    }
    audit::record(&mut tx, act.entry(Action::ChangeSettings).about(act.by.0)).await?;
    tx.commit().await?;
    Ok(())
}

/// What staff do about an address that two want.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settling {
    /// Whoever was refused is the holder, with a new sign-in.
    Tie,
    /// The holder has it no longer: it is the other's.
    Move,
    /// Both stay as they are.
    Leave,
}

impl Settling {
    /// As the table and the audit log call it.
    fn outcome(self) -> &'static str {
        match self {
            Self::Tie => "tied",
            Self::Move => "moved",
            Self::Leave => "left",
        }
    }
}

/// Sees to an address that two want; once, however often the form is sent. False: somebody else has, or it can no longer be done.
///
/// # Errors
/// [`Fault::Malformed`] for what cannot be done about one of this kind.
pub async fn settle_clash(
    db: &mut PgConnection,
    _: &Office,
    act: &Act,
    id: i64,
    settling: Settling,
) -> Result<bool, Fault> {
    let mut tx = db.begin().await?;
    let Some(clash) = clashes::hold_clash(&mut tx, id).await? else {
        let outcome = settling.outcome();
        return Ok(clashes::just_settled(&mut tx, id, act.by, outcome).await?);
    };
    let outcome = settling.outcome();
    let (done, people) = match (settling, clash.wanted_by) {
        (Settling::Tie, None) => {
            let done = clashes::tie_anew(&mut tx, clash.holder, &clash.subject).await?;
            (done, vec![clash.holder])
        }
        (Settling::Move, Some(wanted_by)) => {
            clashes::give_up_address(&mut tx, clash.holder).await?;
            let done = clashes::move_address(&mut tx, wanted_by, &clash.email).await?;
            clashes::change_holder(&mut tx, &clash.email, wanted_by).await?;
            (done, vec![clash.holder, wanted_by])
        }
        (Settling::Leave, wanted_by) => {
            let people = std::iter::once(clash.holder).chain(wanted_by);
            (true, people.collect())
        }
        _ => return Err(Fault::Malformed),
    };
    if !done {
        return Ok(false);
    }
    clashes::settle_clash(&mut tx, id, act.by, outcome).await?;
    for person in people {
        let entry = act
            .entry(Action::Settle)
            .on("address_clashes", id)
            .about(person.0)
            .detail(json!({ "outcome": outcome }));
        audit::record(&mut tx, entry).await?;
    }
    tx.commit().await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::PgPool;

    fn identity(subject: &str, email: &str, roles: &[Role]) -> Identity {
        Identity {
            subject: subject.to_owned(),
            email: email.to_owned(),
            first_name: "Mia".to_owned(),
            last_name: String::new(),
            phone: None,
            roles: roles.to_vec(),
        }
    }

    async fn roles(pool: &PgPool, user: UserId) -> Vec<Role> {
        sqlx::query_scalar("select role from user_roles where user_id = $1 order by role")
            .bind(user)
            .fetch_all(pool)
            .await
            .expect("roles")
    }

    #[sqlx::test]
    async fn a_person_is_known_by_subject_then_by_address(pool: PgPool) {
        let mut db = pool.acquire().await.expect("a connection");
        let mia = identity("sub-1", "mia@midline.example", &[Role::Patient]);
        let opened = recognise(&mut db, &mia, true, None).await.expect("opened");
        // The same subject with another address and other groups: the same person, with these roles only.
        let moved = identity(
            "sub-1",
            "new@midline.example",
            &[Role::Dentist, Role::Staff],
        );
        let known = recognise(&mut db, &moved, false, None)
            .await
            .expect("known");
        assert_eq!(known, opened);
        assert_eq!(roles(&pool, known).await, [Role::Dentist, Role::Staff]);

        // Somebody whom the clinic wrote down, signing in for the first time.
        let written: UserId = sqlx::query_scalar(
            "insert into users (email) values ('ben@midline.example') returning id",
        )
        .fetch_one(&pool)
        .await
        .expect("a user");
        let ben = identity("sub-2", "ben@midline.example", &[Role::Patient]);
        let tied = recognise(&mut db, &ben, false, None).await.expect("tied");
        assert_eq!(tied, written);
    }

    #[sqlx::test]
    async fn a_number_follows_the_provider_until_somebody_says_their_own(pool: PgPool) {
        let mut db = pool.acquire().await.expect("a connection");
        let sign_in = async |db: &mut PgConnection, phone: Option<&str>, role| {
            let mia = Identity {
                phone: phone.map(str::to_owned),
                ..identity("sub-1", "mia@midline.example", &[role])
            };
            let id = recognise(db, &mia, true, None).await.expect("known");
            (id, store::phone(db, id).await.expect("a person"))
        };
        let first = Some("+49 30 23125 001");
        let (id, phone) = sign_in(&mut db, first, Role::Dentist).await;
        assert_eq!(phone, None, "of a patient alone");
        let (_, phone) = sign_in(&mut db, first, Role::Patient).await;
        assert_eq!(phone.as_deref(), first);
        // A provider that tells none takes none away; another one is taken over.
        let (_, phone) = sign_in(&mut db, None, Role::Patient).await;
        assert_eq!(phone.as_deref(), first);
        let second = Some("+49 30 23125 002");
        let (_, phone) = sign_in(&mut db, second, Role::Patient).await;
        assert_eq!(phone.as_deref(), second);
        store::set_phone(&mut db, id, second).await.expect("kept");
        let (_, phone) = sign_in(&mut db, first, Role::Patient).await;
        assert_eq!(
            phone.as_deref(),
            first,
            "what was left as it was is not theirs"
        );
        store::set_phone(&mut db, id, None)
            .await
            .expect("taken away");
        let (_, phone) = sign_in(&mut db, first, Role::Patient).await;
        assert_eq!(phone, None, "taken away is taken away");
    }

    #[sqlx::test]
    async fn who_is_not_let_in_leaves_a_row(pool: PgPool) {
        let mut db = pool.acquire().await.expect("a connection");
        let mia = identity("sub-1", "mia@midline.example", &[Role::Patient]);
        let refused = recognise(&mut db, &mia, false, None).await;
        assert_eq!(refused, Err(Fault::NotRegistered));
        let opened = recognise(&mut db, &mia, true, None).await.expect("opened");
        // Another subject with her address is not her.
        let thief = identity("sub-2", "mia@midline.example", &[Role::Patient]);
        assert_eq!(
            recognise(&mut db, &thief, true, None).await,
            Err(Fault::EmailTaken)
        );
        sqlx::query("update users set disabled_at = now() where id = $1")
            .bind(opened)
            .execute(&pool)
            .await
            .expect("closed");
        assert_eq!(
            recognise(&mut db, &mia, true, None).await,
            Err(Fault::Disabled)
        );
        let why: Vec<(Option<String>, Option<i64>)> = sqlx::query_as(
            "select detail ->> 'why', subject_id from audit_log where outcome = 'refused' order by id",
        )
        .fetch_all(&pool)
        .await
        .expect("rows");
        assert_eq!(
            why,
            [
                (Some("not_registered".to_owned()), None),
                (Some("email_taken".to_owned()), Some(opened.0)),
                (Some("disabled".to_owned()), Some(opened.0)),
            ]
        );
        let users: i64 = sqlx::query_scalar("select count(*) from users")
            .fetch_one(&pool)
            .await
            .expect("a count");
        assert_eq!(users, 1);
    }
}
