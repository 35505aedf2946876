//! What the case of a tender shows beside the usual: the tender, its auctions and the records that were
//! filed in it.

use super::{case_href, reader};
use crate::error::Problem;
use crate::office::circulation::tenders::CaseRecord;
use crate::office::circulation::{Circulation, Clerk};
use crate::store::cases::Case;
use crate::store::filings::{Edition, Format, Paper};
use crate::store::lots::Lot;
use crate::web::papers::{pdf_headers, streamed};
use crate::web::visit::Visit;
use crate::web::{AppState, format};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::Response;

/// The tender of a case.
pub(super) struct TenderPart {
    /// Where this reader finds it; none while only officers and auditors may see it.
    pub(super) href: Option<String>,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) auctions: Vec<AuctionLine>,
    pub(super) records: Vec<RecordLine>,
}

/// An auction of the tender.
pub(super) struct AuctionLine {
    pub(super) href: String,
    pub(super) number: String,
    pub(super) title: String,
}

/// An edition of a record.
pub(super) struct RecordLine {
    pub(super) name: String,
    pub(super) edition: String,
    pub(super) filed: String,
    /// Where its files are, and what each is.
    pub(super) files: Vec<(String, &'static str)>,
}

/// The part of a tender's case; none where the case is of another matter.
pub(super) async fn of(
    visit: &Visit,
    circulation: &Circulation,
    clerk: &Clerk,
    case: &Case,
) -> Result<Option<TenderPart>, Problem> {
    let Some(found) = circulation.tender_of(case).await? else {
        return Ok(None);
    };
    let tender = &found.tender;
    let href = match clerk.reads_tenders {
        true => Some(format!("/desk/tenders/{}", tender.id)),
        false => tender
            .is_public()
            .then(|| format!("/tenders/{}", tender.id)),
    };
    let auction = |lot: &Lot| {
        Some(AuctionLine {
            href: format!("/auctions/{}", lot.auction.as_ref()?),
            number: lot.number.clone(),
            title: visit.lang.of(&lot.title),
        })
    };
    let records = found.records.iter();
    Ok(Some(TenderPart {
        href,
        number: tender.number.clone(),
        title: visit.lang.of(&tender.title),
        auctions: found.lots.iter().filter_map(auction).collect(),
        records: records
            .flat_map(|record| lines(visit, case, &found.lots, record))
            .collect(),
    }))
}

fn lines(visit: &Visit, case: &Case, lots: &[Lot], record: &CaseRecord) -> Vec<RecordLine> {
    let filing = &record.filing;
    let lot = lots.iter().find(|lot| lot.id == filing.lot);
    let lot = lot.map(|lot| lot.number.as_str()).unwrap_or_default();
    let filed = filing
        .filed_at
        .map(|at| format::date_minute(at, visit.lang));
    let file = |paper: &Paper| {
        let kind = match paper.format {
            Format::PdfPl => "PDF, polski",
            Format::PdfEn => "PDF, English",
            Format::Json => "JSON",
        };
        let case = case_href(&case.id);
        let href = format!("{case}/records/{}/{}", filing.id, paper.name());
        (href, kind)
    };
    let line = |(edition, key)| {
        let papers = record.papers.iter();
        RecordLine {
            name: visit.say_of("record-of-lot", "lot", lot),
            edition: visit.say(key),
            filed: filed.clone().unwrap_or_default(),
            files: papers
                .filter(|paper| paper.edition == edition)
                .map(file)
                .collect(),
        }
    };
    let editions = [
        (Edition::Buyer, "record-edition-buyer"),
        (Edition::Public, "record-edition-public"),
    ];
    editions.map(line).into()
}

/// A file of a record that is in a case.
pub(in crate::web) async fn download(
    State(state): State<AppState>,
    visit: Visit,
    Path((case, filing, paper)): Path<(String, String, String)>,
) -> Response {
    let answer = async {
        let (circulation, clerk) = reader(&state, &visit).await?;
        let case = circulation.case_for(&clerk, &case).await?;
        let (shelf, paper) = circulation.paper_of(&case, &filing, &paper).await?;
        let bytes = state.files.records.read(&shelf, &paper.sha256).await?;
        let name = format!("{}-{}", case.sign, paper.name());
        let headers = match paper.format {
            Format::Json => [
                (header::CONTENT_TYPE, "application/json".to_owned()),
                (
                    header::CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{name}.json\""),
                ),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ],
            Format::PdfPl | Format::PdfEn => pdf_headers(&format!("{name}.pdf")),
        };
        Ok(streamed(headers, &paper, bytes))
    };
    visit.finish(answer.await)
}
