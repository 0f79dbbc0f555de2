//! By what a notification leaves the house. Each channel keeps one contract, whoever its provider is; push there always is, the others as
//! they are configured.

use super::{
    model::{Channel, Settled},
    onesignal::{OneSignal, Push},
    store::dispatch::{Claimed, Open},
};
use crate::ui::Language;
use async_trait::async_trait;
use std::sync::Arc;

/// What is to be handed over: one delivery, with the words that its person reads.
#[derive(Clone, Copy, Debug)]
pub struct Parcel<'a> {
    pub claim: &'a Claimed,
    pub content: &'a str,
    pub language: Language,
}

/// A channel's provider.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Waits until the provider may be asked something.
    async fn turn(&self);

    /// Hands something over. Asked again under the same key, it has gone out once, as far as the provider can tell; where it cannot, what
    /// is in doubt (`Claimed::in_doubt`) is looked up or marked, as the channel's file says.
    async fn send(&self, parcel: &Parcel<'_>) -> Settled;

    /// Stops something that the provider may know of. `Cancelled` is a promise: it has not gone out, and does not. Where that cannot be
    /// promised any more, it counts as sent.
    async fn cancel(&self, parcel: &Parcel<'_>) -> Settled;
}

/// All channels of this process. Cheap to clone.
#[derive(Clone)]
pub struct Channels {
    push: Arc<dyn Carrier>,
    email: Option<Arc<dyn Carrier>>,
    sms: Option<Arc<dyn Carrier>>,
}

impl Channels {
    pub fn new(
        push: Arc<dyn Carrier>,
        email: Option<Arc<dyn Carrier>>,
        sms: Option<Arc<dyn Carrier>>,
    ) -> Self {
        Self { push, email, sms }
    }

    pub fn of(&self, channel: Channel) -> Option<&dyn Carrier> {
        match channel {
            Channel::Push => Some(&*self.push),
            Channel::Email => self.email.as_deref(),
            Channel::Sms => self.sms.as_deref(),
        }
    }

    pub async fn turn(&self, channel: Channel) {
        if let Some(carrier) = self.of(channel) {
            carrier.turn().await;
        }
    }

    /// Which there are besides push.
    pub fn open(&self) -> Open {
        Open {
            email: self.email.is_some(),
            sms: self.sms.is_some(),
        }
    }
}

/// Push alone.
impl From<Arc<OneSignal>> for Channels {
    fn from(push: Arc<OneSignal>) -> Self {
        Self::new(push, None, None)
    }
}

impl<'a> From<&Parcel<'a>> for Push {
    fn from(parcel: &Parcel<'a>) -> Self {
        Self {
            to: parcel.claim.push_id,
            key: parcel.claim.key,
            content: parcel.content.to_owned(),
            language: parcel.language.code(),
            tries: parcel.claim.tries,
        }
    }
}

#[async_trait]
impl Carrier for OneSignal {
    async fn turn(&self) {
        Self::turn(self).await;
    }

    async fn send(&self, parcel: &Parcel<'_>) -> Settled {
        Self::send(self, &parcel.into()).await
    }

    async fn cancel(&self, parcel: &Parcel<'_>) -> Settled {
        Self::cancel(self, &parcel.into(), parcel.claim.now).await
    }
}
