//! How many requests a second the provider gets.

use std::{sync::Mutex, sync::PoisonError, time::Duration};
use tokio::time::{Instant, sleep_until};

/// How late timers come, or a little later.
const LATE: Duration = Duration::from_millis(5);

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

    /// Waits for the next moment. Whoever gives up waiting has taken nothing, and a pause holds for all who wait.
    pub async fn turn(&self) {
        loop {
            let at = {
                let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
                let now = Instant::now();
                if *next <= now {
                    // What a timer is late by is made up for.
                    *next = (*next).max(now.checked_sub(LATE).unwrap_or(now)) + self.every;
                    return;
                }
                *next
            };
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
        assert!(begun.elapsed() >= Duration::from_millis(14));
        // Whoever gave up has taken nothing.
        for _ in 0..100 {
            let _ = tokio::time::timeout(Duration::ZERO, pace.turn()).await;
        }
        let begun_anew = Instant::now();
        pace.turn().await;
        assert!(begun_anew.elapsed() < Duration::from_millis(60));
        pace.pause(Duration::from_millis(60));
        pace.turn().await;
        assert!(begun_anew.elapsed() >= Duration::from_millis(55));
    }
}
