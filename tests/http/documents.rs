//! What documents say that the program knows better.

use crate::repository::root;
use midline::{
    app::FEATURES,
    feature,
    notifications::{Kind, Template},
    ui::Language,
};
use sqlx::PgPool;
use std::collections::BTreeSet;

/// Every kind of notification is some feature's, with words for its settings and for a locked phone in each language.
#[test]
fn every_notice_is_some_features_in_every_language() {
    let notices: Vec<_> = FEATURES
        .iter()
        .flat_map(|feature| feature.notices)
        .collect();
    let kinds: BTreeSet<&str> = notices.iter().map(|notice| notice.kind).collect();
    let known: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(kinds, known);
    assert_eq!(notices.len(), known.len(), "a kind of two features");
    let mut said = BTreeSet::new();
    for notice in notices {
        for language in Language::ALL {
            for text in (notice.texts)(language) {
                assert!(!text.is_empty() && text.chars().count() <= 178, "{text}");
                assert!(said.insert(text), "{}", notice.kind);
            }
        }
    }
    assert_eq!(said.len(), Template::ALL.len() * Language::ALL.len());
}

#[test]
fn documents_say_what_the_program_says() {
    for (name, made) in feature::documents(&FEATURES) {
        let text = std::fs::read_to_string(root().join(name)).expect("a document");
        let anew = feature::document_with(&text, &made).expect("a place for it");
        assert!(text == anew, "{name} is out of date; run: make docs");
    }
}

/// Each table belongs to one feature, which says what is kept in it.
#[sqlx::test]
async fn every_table_is_some_features(pool: PgPool) {
    let there: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> '_sqlx_migrations'
         -- Of other schemas each that holds tables, as a whole; `care` holds a function.
         union select nspname from pg_namespace s
         where nspname not in ('public', 'information_schema') and nspname not like 'pg\\_%'
           and exists (select from pg_class t where t.relnamespace = s.oid and t.relkind in ('r', 'p'))",
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
