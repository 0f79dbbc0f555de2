//! How many requests a second the provider gets.

use std::{sync::Mutex, sync::PoisonError, time::Duration};
use tokio::time::{Instant, sleep_until};

/// Gives out moments, so many a second, one after the other; later ones once the provider asked for a pause.
pub struct Pace {
    every: Duration,
    next: Mutex<Instant>,
}

impl Pace {
    pub fn new(a_second: u32) -> Self {
        Self {
            every: Duration::from_secs(1) / a_second.max(1),
            next: Mutex::new(Instant::now()),
        }
    }

    /// Waits for the next moment.
    pub async fn turn(&self) {
        let at = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let at = (*next).max(Instant::now());
            *next = at + self.every;
            at
        };
        // Not by the timer's next millisecond, if it is now.
        if at > Instant::now() {
            sleep_until(at).await;
        }
    }

    /// Nobody's turn comes for this long.
    pub fn pause(&self, pause: Duration) {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        *next = (*next).max(Instant::now() + pause);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_come_one_after_the_other_and_later_after_a_pause() {
        let pace = Pace::new(200);
        let begun = Instant::now();
        for _ in 0..5 {
            pace.turn().await;
        }
        assert!(begun.elapsed() >= Duration::from_millis(20));
        pace.pause(Duration::from_millis(60));
        pace.turn().await;
        assert!(begun.elapsed() >= Duration::from_millis(80));
    }
}
