//! One use case a function, one transaction.

use super::{
    actor::{Act, Anyone},
    model::{Role, TERMS_VERSION, UserId},
    oidc::Identity,
    store,
};
use crate::{
    audit::{self, Entry},
    error::Fault,
    ui::{Language, Theme},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

/// Whom Midline knows the provider's person as. The first time, that is whoever has the same verified
/// email and no sign-in yet, or a new patient, where registration is open.
///
/// # Errors
/// [`Fault::EmailTaken`], [`Fault::NotRegistered`], [`Fault::Disabled`]; each leaves an audit row.
pub async fn recognise(
    db: &mut PgConnection,
    identity: &Identity,
    open_registration: bool,
    request: Option<Uuid>,
) -> Result<UserId, Fault> {
    let mut tx = db.begin().await?;
    let known = store::find_by_subject(&mut tx, &identity.subject).await?;
    let (user, how) = match known {
        Some(known) if known.disabled => {
            return refuse(tx, Some(known.id), Fault::Disabled, request).await;
        }
        Some(known) => (known.id, "known"),
        None => match store::find_by_email(&mut tx, &identity.email).await? {
            Some(known) if known.disabled => {
                return refuse(tx, Some(known.id), Fault::Disabled, request).await;
            }
            Some(known) if known.subject.is_some() => {
                return refuse(tx, Some(known.id), Fault::EmailTaken, request).await;
            }
            Some(known) => {
                if !store::tie_subject(&mut tx, known.id, &identity.subject).await? {
                    return refuse(tx, Some(known.id), Fault::EmailTaken, request).await;
                }
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
    let role = identity
        .roles
        .iter()
        .max()
        .copied()
        .unwrap_or(Role::Patient);
    let entry = Entry::new("session.start")
        .by(user.0, role.name())
        .about(user.0)
        .during(request)
        .detail(json!({ "account": how, "roles_changed": roles_changed }));
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(user)
}

async fn refuse(
    mut tx: sqlx::Transaction<'_, sqlx::Postgres>,
    subject: Option<UserId>,
    fault: Fault,
    request: Option<Uuid>,
) -> Result<UserId, Fault> {
    let mut entry = Entry::new("session.start")
        .refused()
        .during(request)
        .detail(json!({ "why": fault.to_string() }));
    entry.subject = subject.map(|id| id.0);
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Err(fault)
}

/// Records that somebody signed out.
pub async fn signed_out(db: &mut PgConnection, act: &Act) -> Result<(), Fault> {
    audit::record(db, act.entry("session.end").about(act.by.0)).await?;
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
        .entry("terms.accept")
        .about(act.by.0)
        .detail(json!({ "version": TERMS_VERSION }));
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps how somebody likes to read.
pub async fn set_preferences(
    db: &mut PgConnection,
    act: &Act,
    language: Option<Language>,
    theme: Option<Theme>,
) -> Result<(), Fault> {
    let mut tx = db.begin().await?;
    store::set_preferences(
        &mut tx,
        act.by,
        language.map(Language::code),
        theme.map(Theme::code),
    )
    .await?;
    audit::record(&mut tx, act.entry("settings.change").about(act.by.0)).await?;
    tx.commit().await?;
    Ok(())
}
