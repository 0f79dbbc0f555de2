//! The table as a workbook (Office Open XML): moments are dates, numbers are numbers, and text is text, whatever it begins with.

use super::{COLUMNS, Cell, headings};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use std::{
    fs::File,
    io::{Seek, SeekFrom},
};

/// Rows on a sheet, beside its headings: a program opens a little more than a million.
const SHEET: u32 = 1_000_000;

/// Letters that a column is wide.
const WIDTHS: [f64; COLUMNS.len()] = [
    10.0, 10.0, 32.0, 14.0, 10.0, 11.0, 10.0, 20.0, 20.0, 7.0, 16.0, 80.0,
];

/// A workbook that is being written. What is written goes to a file without a name: however much it is, little is in memory.
pub struct Book {
    book: Workbook,
    zone: Tz,
    moment: Format,
    /// Of the present sheet, with its headings; none before the first.
    rows: u32,
    sheets: usize,
}

impl Book {
    pub fn new(zone: Tz) -> Result<Self, XlsxError> {
        let mut book = Self {
            book: Workbook::new(),
            zone,
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            rows: 0,
            sheets: 0,
        };
        book.sheet()?;
        Ok(book)
    }

    fn sheet(&mut self) -> Result<(), XlsxError> {
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        for (column, width) in (0..).zip(WIDTHS) {
            sheet.set_column_width(column, width)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (column, heading) in (0..).zip(headings(self.zone)) {
            sheet.write_string_with_format(0, column, heading, &bold)?;
        }
        self.rows = 1;
        self.sheets += 1;
        Ok(())
    }

    pub fn write(&mut self, cells: [Cell; COLUMNS.len()]) -> Result<(), XlsxError> {
        if self.rows > SHEET {
            self.sheet()?;
        }
        let row = self.rows;
        let sheet = self.book.worksheet_from_index(self.sheets - 1)?;
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty => {}
                // More than fifteen digits would be rounded.
                Cell::Number(number) if number.unsigned_abs() >= 1_000_000_000_000_000 => {
                    sheet.write_string(row, column, number.to_string())?;
                }
                Cell::Number(number) => {
                    sheet.write_number(row, column, number as f64)?;
                }
                Cell::Text(text) => {
                    sheet.write_string(row, column, text)?;
                }
                Cell::Moment(at) => {
                    let days = serial(at, self.zone);
                    sheet.write_number_with_format(row, column, days, &self.moment)?;
                }
            }
        }
        self.rows += 1;
        Ok(())
    }

    /// The file, at its beginning. Takes as long as it is large.
    pub fn finish(mut self) -> Result<File, XlsxError> {
        let mut file = tempfile::tempfile()?;
        self.book.save_to_writer(&mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}

/// A moment as spreadsheets have it: the days since the last but one of 1899, by the clock of a zone.
fn serial(at: DateTime<Utc>, zone: Tz) -> f64 {
    const BEGIN: i64 = 25_569;
    let local: NaiveDateTime = at.with_timezone(&zone).naive_local();
    let since = local - NaiveDateTime::default();
    let seconds = since.num_seconds() + BEGIN * TimeDelta::days(1).num_seconds();
    seconds as f64 / TimeDelta::days(1).num_seconds() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_the_day_that_the_clock_there_says() {
        let at: DateTime<Utc> = "2026-03-17T11:00:00Z".parse().expect("a moment");
        // 17 March 2026 is day 46098.
        assert!((serial(at, Tz::Europe__Berlin) - 46_098.5).abs() < 1e-9);
        assert!((serial(at, Tz::Pacific__Kiritimati) - (46_099.0 + 1.0 / 24.0)).abs() < 1e-9);
    }
}
