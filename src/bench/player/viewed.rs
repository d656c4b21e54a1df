//! A session, and what it shows at its cursor, looked up once.

use std::cell::RefCell;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use faultline_course::Session;
use faultline_view::View;

/// A session that keeps the views of its panes until something may have changed it: the stage,
/// the figures around it and the right column show the same moment.
pub struct Viewed {
    session: Session,
    /// By pane.
    views: RefCell<Vec<Option<Rc<View>>>>,
}

impl Viewed {
    pub fn new(session: Session) -> Self {
        Self {
            session,
            views: RefCell::default(),
        }
    }

    /// The session, for a change of what no pane shows.
    pub fn unseen(&mut self) -> &mut Session {
        &mut self.session
    }

    /// What a pane shows at the cursor.
    pub fn look(&self, pane: usize) -> Rc<View> {
        let mut views = self.views.borrow_mut();
        if views.len() <= pane {
            views.resize(pane + 1, None);
        }
        let view = views[pane].get_or_insert_with(|| Rc::new(self.session.view(pane)));
        Rc::clone(view)
    }
}

impl Deref for Viewed {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl DerefMut for Viewed {
    fn deref_mut(&mut self) -> &mut Session {
        self.views.get_mut().clear();
        &mut self.session
    }
}
