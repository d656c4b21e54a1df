//! Faultline's page: the course, and the bench around every lesson.
//!
//! Nothing here knows a protocol or a lesson. A lesson is data, compiled at build time; a run is
//! a `Session`, which is moved in time, sent commands and asked for its view.

pub mod app;
mod bench;
mod content;
mod course_page;
mod lesson_page;

/// Starts the page in the element of the id `app`, or in the body where there is none, as soon as
/// there is something to show: until then the words stay that stand there.
pub fn start() {
    app::panic::install();
    wasm_bindgen_futures::spawn_local(async {
        app::prepare().await;
        match app::dom::document().get_element_by_id("app") {
            Some(root) => yew::Renderer::<app::App>::with_root(root).render(),
            None => yew::Renderer::<app::App>::new().render(),
        };
    });
}
