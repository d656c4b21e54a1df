//! The finished page in a real browser; one module for each concern.

mod browser {
    mod canary;
    mod charts;
    mod code;
    mod commands;
    mod compare;
    mod damaged_link;
    mod device;
    mod dialogs;
    mod dock;
    mod keys;
    mod lesson_by_keyboard;
    mod lesson_by_mouse;
    mod link;
    mod offline;
    mod opening;
    mod panic;
    mod present;
    mod share;
    mod sizes;
    mod stage;
    mod start;
    mod support;
    mod time;
    mod timeline;
}
