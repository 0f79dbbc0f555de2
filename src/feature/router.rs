//! What is made of the features' routes: the router, and which place of the menu each page belongs to.

use super::{Feature, Kind, Notices, Offers, agenda::Agenda, timeline::Timeline};
use crate::{
    audit,
    error::Fault,
    platform::Platform,
    ui::{Place, ReaderCell},
};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRef, MatchedPath, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use leptos::prelude::provide_context;
use std::{collections::HashMap, sync::Arc};

/// What handlers draw on.
#[derive(Clone)]
pub struct Context {
    pub platform: Platform,
    /// What can be done, by its code.
    pub actions: Actions,
    pub agenda: Agenda,
    pub timeline: Timeline,
    pub notices: Notices,
    /// What features have for each other.
    pub offers: Arc<Offers>,
}

pub type Actions = Arc<HashMap<&'static str, audit::Action>>;

impl Context {
    pub fn new(platform: Platform, features: &[&'static Feature]) -> Self {
        let actions = features.iter().flat_map(|feature| feature.actions);
        let mut offers = Offers::new();
        for feature in features {
            (feature.offers)(&mut offers);
        }
        Self {
            platform,
            agenda: Agenda::new(features),
            notices: Notices::new(features.iter().flat_map(|feature| feature.notices)),
            timeline: Timeline::new(features.iter().filter_map(|feature| feature.timeline)),
            offers: Arc::new(offers),
            actions: Arc::new(actions.map(|action| (action.code, *action)).collect()),
        }
    }
}

impl FromRef<Context> for Platform {
    fn from_ref(context: &Context) -> Self {
        context.platform.clone()
    }
}

impl FromRef<Context> for Agenda {
    fn from_ref(context: &Context) -> Self {
        context.agenda.clone()
    }
}

impl FromRef<Context> for Timeline {
    fn from_ref(context: &Context) -> Self {
        context.timeline.clone()
    }
}

impl FromRef<Context> for Notices {
    fn from_ref(context: &Context) -> Self {
        context.notices.clone()
    }
}

impl FromRef<Context> for Actions {
    fn from_ref(context: &Context) -> Self {
        context.actions.clone()
    }
}

/// The routes of features, by what they may take.
pub struct Routers {
    /// Pages and acts, none of which is large or long.
    pub ordinary: Router<Context>,
    /// What brings files: each with a limit of its own, and with minutes of time.
    pub intake: Router<Context>,
}

pub fn routers(features: &[&'static Feature]) -> Routers {
    let mut routers = Routers {
        ordinary: Router::new(),
        intake: Router::new(),
    };
    for (_, route) in features.iter().flat_map(|feature| feature.routes()) {
        let handler = (route.handler)();
        match route.kind {
            Kind::Intake { limit } => {
                let handler = handler.layer(DefaultBodyLimit::max(limit));
                routers.intake = routers.intake.route(route.path, handler);
            }
            Kind::Page | Kind::Act | Kind::Api | Kind::File | Kind::Stream => {
                routers.ordinary = routers.ordinary.route(route.path, handler);
            }
        }
    }
    routers
}

/// The place of the menu for each path of a route.
pub type PlacesByPath = Arc<HashMap<&'static str, Place>>;

pub fn places(features: &[&'static Feature]) -> PlacesByPath {
    let routes = features.iter().flat_map(|feature| feature.routes());
    Arc::new(
        routes
            .map(|(section, route)| (route.path, section.place))
            .collect(),
    )
}

/// Notes for the layouts to which place of the menu the page belongs that was asked for.
pub async fn note_place(
    State(places): State<PlacesByPath>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let place = path.and_then(|path| places.get(path.as_str())).copied();
    if let (Some(place), Some(cell)) = (place, request.extensions().get::<ReaderCell>()) {
        cell.update(|reader| reader.place = place);
    }
    next.run(request).await
}

/// Answers an island's call.
pub async fn answer_server_function(
    State(context): State<Context>,
    mut request: Request<Body>,
) -> Response {
    // Asked for a page, Leptos would send the browser to whatever `Referer` says, with the error in the
    // address. Islands ask for less; forms have routes of their own.
    request
        .headers_mut()
        .insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let answer = leptos_axum::handle_server_fns_with_context(
        move || {
            provide_context(context.platform.clone());
            provide_context(context.timeline.clone());
        },
        request,
    )
    .await;
    let (mut parts, body) = answer.into_response().into_parts();
    if !parts.status.is_server_error() {
        return Response::from_parts(parts, body);
    }
    // Leptos answers 500 whatever the fault is.
    let bytes = axum::body::to_bytes(body, 1024).await.unwrap_or_default();
    let fault = Fault::named(&bytes).unwrap_or(Fault::Internal);
    parts.status = StatusCode::from_u16(fault.status()).unwrap_or(parts.status);
    Response::from_parts(parts, Body::from(bytes))
}
