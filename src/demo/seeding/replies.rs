//! What the first of the made-up dentists writes often.

use super::Seeder;
use crate::{
    ids::DentistId,
    messages::{Kept, add_reply},
};

/// Their own, and one that everybody at the clinic may write with.
const SAVED: [Kept<'static>; 3] = [
    Kept {
        title: "Sharp edge",
        body: "You can smooth the edge with a fine nail file, a little at a time. If it still rubs after two days, please come by.",
        shared: false,
    },
    Kept {
        title: "Small gap",
        body: "A small gap is normal in the first days. Please bite on the chewie for five minutes, three times a day, and send me a photo on Friday.",
        shared: false,
    },
    Kept {
        title: "Make an appointment",
        body: "I would like to see this myself. Please call us on +49 30 23125 014 for an appointment, or answer with two days that suit you.",
        shared: true,
    },
];

impl Seeder<'_> {
    pub(super) async fn replies(&mut self, dentist: i64) -> Result<(), sqlx::Error> {
        for kept in &SAVED {
            add_reply(self.db, DentistId(dentist), kept).await?;
        }
        Ok(())
    }
}
