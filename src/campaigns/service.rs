//! One use case a function, one transaction: what staff do with a campaign.

use super::{
    model::{Doing, Draft, State},
    store, worker,
};
use crate::{
    accounts::{Act, Office},
    audit,
    campaigns::Action,
    error::Fault,
    ids::CampaignId,
    notifications,
};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotDone {
    /// It stands otherwise by now, or was rewritten.
    Stale,
    Fault(Fault),
}

impl From<sqlx::Error> for NotDone {
    fn from(error: sqlx::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// Keeps a new draft; or, if the form `form` made one before that nobody has rewritten since, rewrites that. Answers its id.
///
/// # Errors
/// [`NotDone::Stale`] if what the form made was rewritten or started meanwhile.
pub async fn add(
    db: &mut PgConnection,
    office: &Office,
    act: &Act,
    form: Uuid,
    draft: &Draft,
) -> Result<CampaignId, NotDone> {
    let mut tx = db.begin().await?;
    if let Some(id) = store::add(&mut tx, act.by, form, draft).await? {
        audit::record(&mut tx, act.entry(Action::Add).on("campaigns", id.0)).await?;
        tx.commit().await?;
        return Ok(id);
    }
    tx.rollback().await?;
    let made = store::made_by(db, act.by, form).await?;
    let (id, _) = made.ok_or(NotDone::Stale)?;
    rewrite(db, office, act, (id, 0), draft).await?;
    Ok(id)
}

/// Rewrites a draft that was seen in the revision `seen`.
///
/// # Errors
/// [`NotDone::Stale`] if it was rewritten or started meanwhile.
pub async fn rewrite(
    db: &mut PgConnection,
    _office: &Office,
    act: &Act,
    (id, seen): (CampaignId, i32),
    draft: &Draft,
) -> Result<(), NotDone> {
    let mut tx = db.begin().await?;
    let entry = act.entry(Action::Rewrite).on("campaigns", id);
    if !store::rewrite(&mut tx, id, seen, draft).await? {
        let found = store::one(&mut tx, id).await?;
        if found.is_some_and(|found| found.state == State::Draft && found.draft == *draft) {
            // The same, sent twice.
            return Ok(());
        }
        return refuse(tx, entry).await;
    }
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

async fn refuse(
    mut tx: sqlx::Transaction<'_, sqlx::Postgres>,
    entry: audit::Entry,
) -> Result<(), NotDone> {
    let why = json!({ "why": "stale" });
    audit::record(&mut tx, entry.refused().detail(why)).await?;
    tx.commit().await?;
    Err(NotDone::Stale)
}

/// Starts, pauses, resumes or cancels a campaign. What is started must be what was seen. The same form sent twice does it once, and is
/// answered twice.
///
/// # Errors
/// [`NotDone::Stale`], or [`Fault::NotFound`] for one that does not exist.
#[tracing::instrument(skip_all, fields(campaign.id = id.0))]
pub async fn act(
    db: &mut PgConnection,
    _office: &Office,
    act: &Act,
    (id, seen): (CampaignId, i32),
    doing: Doing,
) -> Result<(), NotDone> {
    let mut tx = db.begin().await?;
    let entry = act.entry(doing.action()).on("campaigns", id);
    let Some((state, revision)) = store::hold(&mut tx, id).await? else {
        audit::record(&mut tx, entry.refused()).await?;
        tx.commit().await?;
        return Err(NotDone::Fault(Fault::NotFound));
    };
    // Of one that was handed over whole there may be nothing left to call back.
    let gone = state == State::Done && !store::in_hand(&mut tx, id).await?;
    let next = match doing.from(state) {
        Some(next) if !gone && (state != State::Draft || revision == seen) => next,
        _ if audit::just_did(
            &mut tx,
            act.by.0,
            doing.action().into(),
            ("campaigns", id.0),
        )
        .await? =>
        {
            return Ok(());
        }
        _ => return refuse(tx, entry).await,
    };
    store::set_state(&mut tx, id, next).await?;
    match doing {
        Doing::Start => store::started_by(&mut tx, id, act.by, act.role).await?,
        Doing::Cancel => store::cancelled_by(&mut tx, id, act.by, act.role).await?,
        Doing::Pause | Doing::Resume => {}
    }
    // Cancelled, too: what was handed to the dispatcher is called back.
    worker::go_on(&mut tx, id, None).await?;
    audit::record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Sends a campaign's text, as it was seen, to whoever asks for it, and to nobody else. Answers the notification's id.
///
/// # Errors
/// [`NotDone::Stale`] if it was rewritten meanwhile, or [`Fault::NotFound`] for one that does not exist.
pub async fn try_out(
    db: &mut PgConnection,
    _office: &Office,
    act: &Act,
    (id, seen): (CampaignId, i32),
    german: bool,
) -> Result<i64, NotDone> {
    let mut tx = db.begin().await?;
    let entry = act.entry(Action::Test).on("campaigns", id);
    let Some(campaign) = store::one(&mut tx, id).await? else {
        audit::record(&mut tx, entry.refused()).await?;
        tx.commit().await?;
        return Err(NotDone::Fault(Fault::NotFound));
    };
    // What was started is not rewritten any more.
    if campaign.state == State::Draft && campaign.revision != seen {
        refuse(tx, entry).await?;
        return Err(NotDone::Stale);
    }
    let content = match &campaign.draft.content_de {
        Some(content) if german => content,
        _ => &campaign.draft.content_en,
    };
    let news = notifications::News {
        kind: notifications::Kind::Notice,
        template: None,
        content,
        journey: None,
        at_any_hour: true,
    };
    let sent = notifications::tell_news(&mut tx, act.by, news).await?;
    audit::record(&mut tx, entry).await?;
    let entry = act.entry(Action::Send).detail(json!({ "campaign": id }));
    audit::record(&mut tx, entry.on("notifications", sent).about(act.by.0)).await?;
    tx.commit().await?;
    Ok(sent)
}
