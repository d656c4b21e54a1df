//! What of a lesson's page a first look does not need. It loads on demand, with the workbench,
//! and so is called through that alone.

use faultline_course::{Address, Session};
use yew::prelude::*;

use super::side::Side;
use super::{LessonPage, Msg, Open, help, reading};
use crate::app::dialog::Dialog;
use crate::bench::player::Player;
use crate::bench::preview::Preview;
use crate::bench::share;

impl LessonPage {
    /// The right column.
    pub fn column(&self, ctx: &Context<Self>, player: &Player) -> Html {
        let link = ctx.link();
        let side = html! {
            <Side data={reading::side(player, self.lesson, self.pane, &self.fault, self.to(player))}
                bench={self.bench(ctx, player)} workbench={self.workbench.as_ref().ok().copied()}
                open={self.side_open}
                measured={self.measured} on_tab={link.callback(Msg::Tab)}
                on_pane={link.callback(Msg::Pane)}
                on_set={link.callback(|(name, text)| Msg::Set(name, text))}
                on_seed={link.callback(Msg::Seed)} />
        };
        html! { <>{ side }<Preview bench={self.bench(ctx, player)} /></> }
    }

    /// What stands over the page.
    pub fn dialog(&self, ctx: &Context<Self>, player: &Player, open: Open) -> Html {
        let on_close = ctx.link().callback(|()| Msg::Close);
        match open {
            Open::Help => {
                html! { <Dialog id="help-dialog" title="Keys" content={help::content()} {on_close} /> }
            }
            Open::Share => {
                let content = share::content(&self.bench(ctx, player));
                html! { <Dialog id="share-dialog" title="Share this run" {content} {on_close} /> }
            }
        }
    }
}

/// The fragment, with its `#`, that holds the run as it is now.
///
/// # Errors
/// Why there is none: the run is too large for a link.
pub fn address(session: &Session) -> Result<String, String> {
    Address::of_run(&session.run(), false)
        .map(|address| address.to_string())
        .map_err(|error| error.to_string())
}
