//! A body that is read as fast as it is used. The parser of forms takes in whatever has arrived before it looks at it,
//! and knows no longest header of a part: left to itself, it keeps in memory what a patient sends faster than it is written.

use axum::body::{Body, Bytes};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

/// Bytes that may arrive without any of them being of use: the headers of a part, and what was read ahead.
const MOST_UNUSED: usize = 512 * 1024;

/// How much arrived since the last thing of use.
#[derive(Clone, Debug, Default)]
pub struct Unused(Arc<AtomicUsize>);

impl Unused {
    /// Something of use came out.
    pub fn reset(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// `body`, a piece at a time.
pub fn metered(body: Body, unused: Unused) -> Body {
    let pieces = body.into_data_stream();
    Body::from_stream(Metered {
        pieces: Box::pin(pieces),
        unused,
        rested: true,
    })
}

type Pieces = Pin<Box<axum::body::BodyDataStream>>;

struct Metered {
    pieces: Pieces,
    unused: Unused,
    /// Whether the parser had its turn since the last piece.
    rested: bool,
}

impl futures_core::Stream for Metered {
    type Item = Result<Bytes, axum::BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.rested {
            self.rested = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        match self.pieces.as_mut().poll_next(context) {
            Poll::Ready(Some(Ok(piece))) => {
                self.rested = false;
                let before = self.unused.0.fetch_add(piece.len(), Ordering::Relaxed);
                if before > MOST_UNUSED {
                    return Poll::Ready(Some(Err("a part's headers have no end".into())));
                }
                Poll::Ready(Some(Ok(piece)))
            }
            Poll::Ready(Some(Err(error))) => Poll::Ready(Some(Err(error.into()))),
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}
