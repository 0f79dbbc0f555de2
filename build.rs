//! The catalogues and the migrations are read by macros, which cargo does not see.
fn main() {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=migrations");
}
