//! Every route of the server.

use super::body::{BODY_BYTES_MAX, LIST_BYTES_MAX, TERMS_BYTES_MAX};
use super::files::UPLOAD_BYTES_MAX;
use super::pages::desk::deed::{act, ask};
use super::pages::desk::import::FORM_BYTES_MAX;
use super::pages::office::act::{act as clerk_acts, ask as ask_clerk};
use super::pages::{account, desk, office};
use super::{
    AppState, accounts, assets, auctions, board, files, headers, letters, live, lots, matters,
    operations, origin, pages, papers, practice, tenders, terms,
};
use crate::error::Problem;
use crate::limits::IMPORT_BYTES_MAX;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post, put};

/// The server's web application. Serve it with the peer's address as connect info.
#[allow(clippy::too_many_lines, reason = "a flat table")]
pub fn app(state: AppState) -> Router {
    let large = DefaultBodyLimit::max(TERMS_BYTES_MAX);
    let list = DefaultBodyLimit::max(LIST_BYTES_MAX);
    let file = DefaultBodyLimit::max(IMPORT_BYTES_MAX);
    let upload = DefaultBodyLimit::max(UPLOAD_BYTES_MAX);
    let page = DefaultBodyLimit::max(pages::matters::PAGE_BYTES_MAX);
    let document = DefaultBodyLimit::max(letters::DOCUMENT_BODY_MAX);
    Router::new()
        // Who asks.
        .route("/api/login", post(accounts::log_in))
        .route("/api/logout", post(accounts::log_out))
        .route("/api/me", get(accounts::me))
        .route("/api/password", post(accounts::change_password))
        .route("/api/sessions", get(accounts::sessions))
        .route("/api/sessions/{session}", delete(accounts::end_session))
        // The officer's paperwork.
        .route("/api/tenders", post(tenders::open).get(tenders::list))
        .route(
            "/api/tenders/{tender}",
            get(tenders::one)
                .put(tenders::edit)
                .delete(tenders::delete_test),
        )
        .route("/api/tenders/{tender}/announce", post(tenders::announce))
        .route("/api/tenders/{tender}/switches", put(tenders::switches))
        .route("/api/tenders/{tender}/lots/order", put(tenders::order_lots))
        .route(
            "/api/tenders/{tender}/schedule",
            put(tenders::schedule).post(tenders::plan_schedule),
        )
        .route(
            "/api/tenders/{tender}/files",
            post(files::add).layer(upload).get(files::list),
        )
        .route("/api/tenders/{tender}/files/{file}", get(files::download))
        .route(
            "/api/tenders/{tender}/files/{file}/withdraw",
            post(files::withdraw),
        )
        .route("/api/tenders/{tender}/lots", post(lots::add).layer(large))
        .route(
            "/api/tenders/{tender}/bidders",
            post(tenders::add_bidder).get(tenders::bidders),
        )
        .route(
            "/api/tenders/{tender}/bidders/import",
            post(tenders::import).layer(file),
        )
        .route(
            "/api/tenders/{tender}/bidders/import/preview",
            post(tenders::preview_import).layer(file),
        )
        .route(
            "/api/tenders/{tender}/bidders/{bidder}",
            put(tenders::edit_bidder),
        )
        .route(
            "/api/tenders/{tender}/bidders/{bidder}/contact",
            put(tenders::change_contact),
        )
        .route(
            "/api/tenders/{tender}/bidders/{bidder}/block",
            post(tenders::block),
        )
        .route(
            "/api/tenders/{tender}/bidders/{bidder}/unblock",
            post(tenders::unblock),
        )
        .route("/api/tenders/{tender}/credentials", post(tenders::issue))
        .route(
            "/api/tenders/{tender}/credentials/letter",
            post(papers::letter),
        )
        .route("/api/notices", get(papers::notices))
        .route("/api/notices/{notice}/retry", post(papers::retry))
        .route("/api/notices/{notice}/cancel", post(papers::cancel))
        .route(
            "/api/lots/{lot}",
            get(lots::one).put(lots::rename).delete(lots::delete),
        )
        .route(
            "/api/lots/{lot}/estimate",
            put(lots::set_estimate).get(lots::estimate),
        )
        .route("/api/lots/{lot}/checklist", get(lots::checklist))
        .route("/api/lots/{lot}/confirm", post(lots::confirm))
        .route(
            "/api/lots/{lot}/admissions/batch",
            post(lots::admit_many).layer(list),
        )
        .route(
            "/api/lots/{lot}/admissions/{bidder}",
            delete(lots::withdraw_admission),
        )
        .route(
            "/api/lots/{lot}/terms",
            put(lots::change_terms).layer(large),
        )
        .route(
            "/api/lots/{lot}/admissions",
            post(lots::admit).get(lots::admissions),
        )
        .route("/api/lots/{lot}/schedule", put(lots::schedule))
        .route("/api/lots/{lot}/publish", post(lots::publish))
        .route("/api/presets", get(terms::list))
        .route("/api/presets/{preset}/terms", post(terms::from_preset))
        .route("/api/worked-example", post(terms::example).layer(large))
        .route("/api/audit", get(operations::audit_log))
        // The tender board.
        .route("/api/board", get(board::list))
        .route("/api/board/{tender}", get(board::one))
        .route("/api/board/{tender}/specification", post(board::ask))
        // What citizens ask for.
        .route("/api/matters/{procedure}/schema", get(matters::schema))
        .route(
            "/api/matters/{procedure}/check",
            post(matters::check).layer(large),
        )
        .route(
            "/api/matters/{procedure}/letters",
            post(letters::send).layer(large),
        )
        .route("/api/letters/{letter}", get(letters::one))
        .route(
            "/api/documents",
            post(letters::add_document).layer(document),
        )
        // The auctions.
        .route("/api/auctions", get(auctions::list))
        .route("/api/auctions/{auction}", get(auctions::one))
        .route("/api/auctions/{auction}/acts", post(auctions::act))
        .route("/api/auctions/{auction}/names", get(auctions::names))
        .route("/api/auctions/{auction}/result", get(auctions::result))
        .route("/api/auctions/{auction}/log", get(auctions::log))
        .route("/api/auctions/{auction}/record", get(papers::record))
        .route("/api/auctions/{auction}/filed", get(papers::filed))
        .route("/api/live", get(live::live))
        .route("/api/lots/{lot}/practice", post(practice::start))
        .route("/api/lots/{lot}/practice/live", get(practice::live))
        .route("/.well-known/ebok-keys.json", get(auctions::keys))
        // Pages.
        .route("/", get(pages::home::show))
        .route("/tenders", get(pages::board::show))
        .route("/tenders/{tender}", get(pages::tender::show))
        .route(
            "/tenders/{tender}/files/{file}",
            get(pages::tender::download),
        )
        .route(
            "/tenders/{tender}/specification",
            get(pages::specification::show).post(pages::specification::ask),
        )
        .route("/auctions/{auction}", get(pages::auction::show))
        .route("/auctions/{auction}/result", get(pages::result::show))
        .route(
            "/practice/{lot}",
            get(pages::practice::show).post(pages::practice::start),
        )
        .route("/practice/{lot}/room", get(pages::practice::show_room))
        .route(
            "/login",
            get(pages::log_in::show).post(pages::log_in::log_in),
        )
        .route(
            "/login/factor",
            get(pages::factor::show).post(pages::factor::give),
        )
        .route("/login/outside", post(pages::outside::log_in))
        .route("/login/outside/back", get(pages::outside::come_back))
        .route("/logout", post(pages::log_in::log_out))
        // The own account of a citizen or firm.
        .route(
            "/account/register",
            get(account::register::show).post(account::register::register),
        )
        .route("/account/registered", get(account::register::registered))
        .route(
            "/account/confirm/{token}",
            get(account::confirm::ask).post(account::confirm::confirm),
        )
        .route("/account", get(account::own::show))
        .route(
            "/account/factor",
            get(account::factor::show).post(account::factor::switch_on),
        )
        .route(
            "/account/factor/off",
            get(account::factor::ask_off).post(account::factor::switch_off),
        )
        .route(
            "/account/outside",
            get(pages::outside::show).post(pages::outside::link),
        )
        .route("/account/outside/off", post(pages::outside::unlink))
        .route(
            "/account/code/revoke",
            get(account::own::ask_revoke).post(account::own::revoke),
        )
        // The registrar's desk.
        .route(
            "/office/visits",
            get(office::visits::show).post(office::visits::find),
        )
        .route(
            "/office/visits/{citizen}",
            get(office::visits::one).post(office::visits::act),
        )
        .route(
            "/office/prepared/{draft}",
            get(office::prepared::show).post(office::prepared::take),
        )
        .route(
            "/password",
            get(pages::password::show).post(pages::password::change),
        )
        .route(
            "/auctions/{auction}/record.pdf",
            get(papers::record_on_paper),
        )
        .route("/sessions", get(pages::sessions::show))
        .route("/sessions/others/end", post(pages::sessions::end_others))
        .route("/sessions/{session}/end", post(pages::sessions::end))
        .route("/verify", get(pages::verify::ask))
        .route("/verify/{number}", get(pages::verify::show))
        .route("/accessibility", get(pages::accessibility::show))
        .route("/style", get(pages::style::show))
        .route("/arms", get(assets::arms))
        .route("/favicon.ico", get(assets::arms))
        .route("/assets/{file}", get(assets::asset))
        // What citizens ask for.
        .route("/matters", get(pages::matters::catalogue::show))
        .route(
            "/matters/{procedure}",
            get(pages::matters::card::show).post(pages::matters::card::begin),
        )
        .route("/drafts", get(pages::matters::drafts::show))
        .route("/drafts/{draft}", get(pages::matters::summary::show))
        .route(
            "/drafts/{draft}/send",
            get(pages::matters::send::show).post(pages::matters::send::send),
        )
        .route(
            "/drafts/{draft}/at-desk",
            get(pages::matters::at_desk::show).post(pages::matters::at_desk::prepare),
        )
        .route(
            "/drafts/{draft}/hand-over",
            post(pages::matters::summary::hand_over),
        )
        .route("/letters", get(pages::matters::letters::list))
        .route("/letters/{letter}", get(pages::matters::letters::show))
        .route(
            "/letters/{letter}/papers/{paper}",
            get(pages::matters::letters::paper),
        )
        .route(
            "/letters/{letter}/files/{document}",
            get(pages::matters::letters::file),
        )
        .route(
            "/drafts/{draft}/delete",
            get(pages::matters::drafts::ask).post(pages::matters::drafts::delete),
        )
        .route(
            "/drafts/{draft}/{page}",
            get(pages::matters::page::show)
                .post(pages::matters::page::save)
                .layer(page),
        )
        // The cases of a citizen.
        .route("/cases", get(pages::cases::list))
        .route("/cases/{case}", get(pages::cases::show))
        .route("/cases/{case}/replies/{reply}", get(pages::cases::reply))
        .route("/account/access", get(pages::cases::access))
        // The clerk's desk.
        .route("/office", get(office::queue::show))
        .route("/office/letters/{letter}", get(office::letter::show))
        .route(
            "/office/letters/{letter}/documents/{document}",
            get(office::letter::document),
        )
        .route(
            "/office/letters/{letter}/open",
            get(ask_clerk::<office::letter::Open>).post(clerk_acts::<office::letter::Open>),
        )
        .route(
            "/office/letters/{letter}/join",
            get(ask_clerk::<office::letter::Join>).post(clerk_acts::<office::letter::Join>),
        )
        .route(
            "/office/letters/{letter}/hand-over",
            get(ask_clerk::<office::letter::HandOver>).post(clerk_acts::<office::letter::HandOver>),
        )
        .route(
            "/office/letters/{letter}/signatures",
            get(ask_clerk::<office::signatures::CheckAgain>)
                .post(clerk_acts::<office::signatures::CheckAgain>),
        )
        .route(
            "/office/letters/{letter}/signatures/{document}",
            get(ask_clerk::<office::signatures::Decide>)
                .post(clerk_acts::<office::signatures::Decide>),
        )
        .route("/office/cases", get(office::search::show))
        .route("/office/cases/{case}", get(office::case::show))
        .route(
            "/office/cases/{case}/replies/{reply}",
            get(office::case::reply),
        )
        .route(
            "/office/cases/{case}/records/{filing}/{paper}",
            get(office::records::download),
        )
        .route(
            "/office/cases/{case}/direct",
            get(ask_clerk::<office::direction::Direct>)
                .post(clerk_acts::<office::direction::Direct>),
        )
        .route(
            "/office/cases/{case}/give-back",
            get(ask_clerk::<office::direction::GiveBack>)
                .post(clerk_acts::<office::direction::GiveBack>),
        )
        .route(
            "/office/cases/{case}/deadline",
            get(ask_clerk::<office::direction::MoveDeadline>)
                .post(clerk_acts::<office::direction::MoveDeadline>),
        )
        .route(
            "/office/cases/{case}/close",
            get(ask_clerk::<office::direction::Close>).post(clerk_acts::<office::direction::Close>),
        )
        .route(
            "/office/cases/{case}/opinions/{opinion}",
            get(ask_clerk::<office::opinion::Give>).post(clerk_acts::<office::opinion::Give>),
        )
        .route(
            "/office/cases/{case}/reply",
            get(ask_clerk::<office::reply::Write>).post(clerk_acts::<office::reply::Write>),
        )
        .route(
            "/office/cases/{case}/approve",
            get(ask_clerk::<office::reply::Approve>).post(clerk_acts::<office::reply::Approve>),
        )
        .route(
            "/office/people",
            get(office::people::show).post(office::people::substitute),
        )
        .route(
            "/office/people/substitutions/{substitution}/end",
            post(office::people::end),
        )
        .route("/office/report", get(office::report::show))
        .route("/office/report.csv", get(office::report::csv))
        // The officer's desk.
        .route("/desk", get(desk::list::show))
        .route(
            "/desk/tenders/new",
            get(desk::tender::begin).post(desk::tender::open),
        )
        .route("/desk/tenders/{tender}", get(desk::overview::show))
        .route(
            "/desk/tenders/{tender}/edit",
            get(desk::tender::show).post(desk::tender::change),
        )
        .route(
            "/desk/tenders/{tender}/announce",
            get(ask::<desk::tender::Announce>).post(act::<desk::tender::Announce>),
        )
        .route(
            "/desk/tenders/{tender}/files",
            get(desk::files::show).post(desk::files::add).layer(upload),
        )
        .route(
            "/desk/tenders/{tender}/files/{file}/withdraw",
            get(ask::<desk::files::Withdraw>).post(act::<desk::files::Withdraw>),
        )
        .route(
            "/desk/tenders/{tender}/lots/new",
            get(desk::lot_form::begin)
                .post(desk::lot_form::add)
                .layer(large),
        )
        .route("/desk/lots/{lot}", get(desk::lot::show))
        .route(
            "/desk/lots/{lot}/edit",
            get(desk::lot_form::show)
                .post(desk::lot_form::change)
                .layer(large),
        )
        .route(
            "/desk/tenders/{tender}/lots/order",
            get(desk::order::show).post(desk::order::change),
        )
        .route(
            "/desk/tenders/{tender}/delete",
            get(ask::<desk::tender::DeleteTest>).post(act::<desk::tender::DeleteTest>),
        )
        .route(
            "/desk/lots/{lot}/delete",
            get(ask::<desk::lot::Delete>).post(act::<desk::lot::Delete>),
        )
        .route(
            "/desk/lots/{lot}/publish",
            get(ask::<desk::lot::Publish>).post(act::<desk::lot::Publish>),
        )
        .route(
            "/desk/lots/{lot}/confirm",
            get(ask::<desk::lot::Confirm>).post(act::<desk::lot::Confirm>),
        )
        .route(
            "/desk/lots/{lot}/admissions/{bidder}",
            get(desk::admission::show).post(desk::admission::admit),
        )
        .route(
            "/desk/lots/{lot}/admissions/{bidder}/withdraw",
            get(ask::<desk::admission::Withdraw>).post(act::<desk::admission::Withdraw>),
        )
        .route("/desk/tenders/{tender}/bidders", get(desk::bidders::list))
        .route(
            "/desk/tenders/{tender}/bidders/new",
            get(desk::bidder::begin).post(desk::bidder::add),
        )
        .route(
            "/desk/tenders/{tender}/bidders/import",
            get(desk::import::show)
                .post(desk::import::read)
                .layer(DefaultBodyLimit::max(FORM_BYTES_MAX)),
        )
        .route(
            "/desk/tenders/{tender}/bidders/{bidder}",
            get(desk::bidder::show),
        )
        .route(
            "/desk/tenders/{tender}/bidders/{bidder}/edit",
            get(desk::bidder::show_form).post(desk::bidder::change),
        )
        .route(
            "/desk/tenders/{tender}/bidders/{bidder}/block",
            get(ask::<desk::access::Block>).post(act::<desk::access::Block>),
        )
        .route(
            "/desk/tenders/{tender}/bidders/{bidder}/unblock",
            get(ask::<desk::access::Unblock>).post(act::<desk::access::Unblock>),
        )
        .route(
            "/desk/tenders/{tender}/bidders/{bidder}/letter",
            get(ask::<desk::access::IssueLetter>).post(act::<desk::access::IssueLetter>),
        )
        .route(
            "/desk/tenders/{tender}/schedule",
            get(desk::schedule::show).post(desk::schedule::plan),
        )
        .route("/desk/notices", get(desk::notices::show))
        .route("/desk/notices/{notice}/retry", post(desk::notices::retry))
        .route("/desk/notices/{notice}/cancel", post(desk::notices::cancel))
        // For those who run the server.
        .route("/healthz", get(operations::health))
        .route("/readyz", get(operations::ready))
        .route("/metrics", get(operations::metrics))
        .fallback(pages::nothing)
        .method_not_allowed_fallback(|| async { Problem::WrongMethod })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(state.clone(), origin::guard))
        .layer(from_fn_with_state(state.clone(), headers::protect))
        .with_state(state)
}
