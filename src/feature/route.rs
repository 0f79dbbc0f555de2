//! One thing that a feature answers, as data: a line in the feature's table of routes.

use super::{
    Access,
    router::{Context, answer_server_function},
};
use crate::ui::Place;
use axum::routing::{MethodRouter, get, post};

/// How a route is asked. Reading changes nothing; what changes something is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    Get,
    Post,
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// What comes of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page for somebody to read.
    Page,
    /// What a form sends; answered with a redirect or a page.
    Act,
    /// What a script of a page sends or asks for.
    Api,
    /// Something that is no page: a picture, a calendar, a table to take away.
    File,
    /// News, for as long as the page is open.
    Stream,
    /// A form that brings files: it may take minutes, and so many bytes.
    Intake { limit: usize },
}

/// Makes the handler, together with axum's method: `|| get(page_of_it)`.
pub type Handler = fn() -> MethodRouter<Context>;

#[derive(Clone, Copy)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
    pub kind: Kind,
    pub handler: Handler,
}

/// Routes whose pages belong to the same place of the menu.
pub struct Section {
    pub place: Place,
    pub routes: &'static [Route],
}

const fn route(
    method: Method,
    kind: Kind,
    path: &'static str,
    access: Access,
    handler: Handler,
) -> Route {
    Route {
        method,
        path,
        access,
        kind,
        handler,
    }
}

pub const fn page(path: &'static str, access: Access, handler: Handler) -> Route {
    route(Method::Get, Kind::Page, path, access, handler)
}

pub const fn act(path: &'static str, access: Access, handler: Handler) -> Route {
    route(Method::Post, Kind::Act, path, access, handler)
}

/// What a script sends.
pub const fn api(path: &'static str, access: Access, handler: Handler) -> Route {
    route(Method::Post, Kind::Api, path, access, handler)
}

/// What a script asks for.
pub const fn reading(path: &'static str, access: Access, handler: Handler) -> Route {
    route(Method::Get, Kind::Api, path, access, handler)
}

pub const fn file(path: &'static str, access: Access, handler: Handler) -> Route {
    route(Method::Get, Kind::File, path, access, handler)
}

pub const fn stream(path: &'static str, access: Access, handler: Handler) -> Route {
    route(Method::Get, Kind::Stream, path, access, handler)
}

/// A form that brings files, of at most `limit` bytes with everything around them.
pub const fn intake(path: &'static str, access: Access, limit: usize, handler: Handler) -> Route {
    route(Method::Post, Kind::Intake { limit }, path, access, handler)
}

/// What an island calls: a `#[server]` function, by the address that is written at it. Leptos knows which function that is.
pub const fn server_function(path: &'static str, access: Access) -> Route {
    api(path, access, || post(answer_server_function))
}

/// The same for one that only reads: what it is asked for stands in the address.
pub const fn server_reading(path: &'static str, access: Access) -> Route {
    reading(path, access, || get(answer_server_function))
}
