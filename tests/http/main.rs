//! Pages and server functions over HTTP, against the real router and a real database of each test's
//! own, as the database user that the server runs as. One file a feature.

mod accounts;
mod acts;
mod agenda;
mod authority;
mod calendar;
mod campaigns;
mod care;
mod catalogues;
mod concurrency;
mod corpus;
#[cfg(feature = "demo")]
mod crashes;
#[cfg(feature = "demo")]
mod deliveries;
mod dentists;
#[cfg(feature = "demo")]
mod dispatch;
mod documents;
mod faults;
mod features;
mod first_day;
mod harness;
mod hostile;
mod hostile_uploads;
mod journeys;
mod lives;
mod messages;
mod migrations;
mod notifications;
mod nulls;
mod one_connection;
mod ownership;
mod pages;
mod people;
mod photos;
mod placing;
mod plans;
mod privacy;
mod provider;
mod record;
mod reports;
mod reports_heard;
mod repository;
mod reviews;
mod served;
mod serving;
mod sign_in;
mod steps_back;
mod storage;
mod stylesheet;
mod today;
mod wear;
