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
    /// Those that were looked at, with their panes.
    views: RefCell<Vec<(usize, Rc<View>)>>,
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
        if let Some((_, view)) = views.iter().find(|(of, _)| *of == pane) {
            return Rc::clone(view);
        }
        let view = Rc::new(self.session.view(pane));
        views.push((pane, Rc::clone(&view)));
        view
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
