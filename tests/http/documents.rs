//! What documents say that the program knows better.

use crate::repository::root;
use midline::{app::FEATURES, feature};
use sqlx::PgPool;
use std::collections::BTreeSet;

#[test]
fn documents_say_what_the_program_says() {
    for (name, made) in feature::documents(&FEATURES) {
        let text = std::fs::read_to_string(root().join(name)).expect("a document");
        let anew = feature::document_with(&text, &made).expect("a place for it");
        assert!(
            text == anew,
            "{name} is out of date; run: cargo run --features ssr -- docs"
        );
    }
}

/// Each table belongs to one feature, which says what is kept in it.
#[sqlx::test]
async fn every_table_is_some_features(pool: PgPool) {
    let there: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> '_sqlx_migrations'
         union select nspname from pg_namespace
         where nspname not in ('public', 'information_schema') and nspname not like 'pg\\_%'",
    )
    .fetch_all(&pool)
    .await
    .expect("tables");
    let said: Vec<&str> = FEATURES
        .iter()
        .flat_map(|feature| feature.tables)
        .map(|table| table.name)
        .collect();
    let once: BTreeSet<&str> = said.iter().copied().collect();
    assert_eq!(said.len(), once.len(), "a table of two features");
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    assert_eq!(there, once);
}
