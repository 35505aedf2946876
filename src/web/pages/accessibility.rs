//! The accessibility statement.

use crate::web::visit::Visit;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

#[derive(Template)]
#[template(path = "accessibility.html", config = "web-client/askama.toml")]
struct AccessibilityPage<'a> {
    visit: &'a Visit,
}

pub(in crate::web) async fn show(visit: Visit) -> Response {
    visit.show(StatusCode::OK, &AccessibilityPage { visit: &visit })
}
