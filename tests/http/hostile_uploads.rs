//! Hostile files the way they would really come: through the form, the store, the job and out again.

use crate::{
    corpus::{self, Sample},
    harness::Visitor,
    hostile::told_by_exiftool,
    photos::{JOBS, OPEN, Surgery},
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

/// Of the corpus, every so manieth file, and all whose size is what is wrong with them.
const EVERY: usize = 4;
const LARGE: usize = 1024 * 1024;

/// What a file may be called.
const NAMES: [&str; 7] = [
    "IMG_0001.jpg",
    "../../../etc/passwd",
    "\u{202e}gpj.exe",
    "%00%2e%2e%2f.jpg",
    "<script>alert(1)</script>.jpg",
    "C:\\windows\\photo.jpg",
    "\u{1f9b7}.jpg",
];

/// Resident memory at its peak since this was last asked for, in megabytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("a status");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    std::fs::write("/proc/self/clear_refs", "5").expect("begun anew");
    kilobytes.expect("a peak") / 1024
}

#[sqlx::test]
async fn hostile_files_in_a_form_end_in_words_or_in_a_bare_picture(
    pool: PgPoolOptions,
    options: PgConnectOptions,
) {
    let surgery = Surgery::open(pool, options).await;
    let (_stop, _worker) = surgery.work();
    let samples: Vec<Sample> = corpus::samples()
        .into_iter()
        .enumerate()
        .filter(|(number, sample)| number % EVERY == 0 || sample.bytes.len() > LARGE)
        .map(|(_, sample)| sample)
        .collect();
    assert!(samples.len() > 60, "{} files are too few", samples.len());
    let mut patients: Vec<(Visitor, i64)> = Vec::new();
    for _ in samples.chunks(48) {
        let patient = surgery.app.visitor("patient").await;
        let (journey, _) = surgery
            .app
            .journey(&patient, 8, "2026-03-17T08:00:00Z")
            .await;
        patients.push((patient, journey));
    }
    // No browser sends such a name: the form ends there, in words.
    let (patient, journey) = &patients[0];
    let answer = surgery
        .send_to(patient, *journey, &[("front", "a\0b.jpg", b"")])
        .await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    peak();
    let before = peak();
    let mut names = NAMES.iter().cycle();
    for (day, (patient, journey)) in samples.chunks(48).zip(&patients) {
        for form in day.chunks(12) {
            let parts: Vec<(&str, &str, &[u8])> = form
                .iter()
                .zip(&mut names)
                .map(|(sample, name)| ("front", *name, &*sample.bytes))
                .collect();
            let answer = surgery.send_to(patient, *journey, &parts).await;
            let names: Vec<&str> = form.iter().map(|sample| sample.name.as_str()).collect();
            assert_eq!(answer.status, 303, "{names:?}: {}", answer.text);
        }
    }
    surgery.until(OPEN, 0).await;
    surgery.until(JOBS, 0).await;
    // A build for tests, with the samples themselves and what it is sent in its own memory, too.
    let memory = peak() - before;
    assert!(memory < 900, "{memory} MB");
    let failed = "select count(*) from graphile_worker._private_jobs where attempts > 0";
    assert_eq!(surgery.count(failed).await, 0);

    // All that was made of them, as a browser gets it.
    let folder = tempfile::tempdir().expect("a folder");
    let mut count = 0;
    for (patient, _) in &patients {
        let photos: Vec<i64> = sqlx::query_scalar("select id from user_images where user_id = $1")
            .bind(patient.id)
            .fetch_all(&surgery.app.owner)
            .await
            .expect("photos");
        for photo in photos {
            for variant in ["thumbnail", "screen", "full"] {
                let path = format!("/photos/{photo}/{variant}");
                let answer = surgery.app.get(Some(patient), &path).await.expect(200);
                let path = folder.path().join(format!("{photo}-{variant}.jpg"));
                std::fs::write(path, &answer.bytes).expect("a file");
                count += 1;
            }
        }
    }
    assert!(count >= 60, "{count} files came out");
    assert_eq!(told_by_exiftool(folder.path(), count), Vec::<String>::new());
    // Nothing of what was refused stays behind.
    assert_eq!(surgery.store.keys().len(), count);
}
