//! The icons: outlines of the Lucide set (ISC licence), each a few paths on a 24 × 24 grid. They
//! repeat what words beside them say, so screen readers skip them.

use leptos::{prelude::*, tachys::html::InertElement};

/// The icons by name; each is one piece of HTML, since a page may hold a hundred.
macro_rules! icons {
    ($($name:ident = $path:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum IconName { $($name),* }

        impl IconName {
            /// Its outline, for what islands draw as well.
            pub fn path(self) -> &'static str {
                match self { $(Self::$name => $path),* }
            }

            fn html(self) -> &'static str {
                match self {
                    $(Self::$name => concat!(
                        "<svg class=\"icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\"><path d=\"",
                        $path,
                        "\"></path></svg>"
                    )),*
                }
            }
        }
    };
}

icons! {
    ArrowLeft = "m12 19-7-7 7-7M19 12H5",
    ArrowRight = "M5 12h14M12 5l7 7-7 7",
    Bell = "M6 8a6 6 0 0 1 12 0c0 7 3 9 3 9H3s3-2 3-9M10.300 21a2 2 0 0 0 3.400 0",
    Calendar = "M8 2v4M16 2v4M3 10h18M5 4h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z",
    Camera = "M14.500 4h-5L7 7H4a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2h-3zM15 13a3 3 0 1 1-6 0 3 3 0 0 1 6 0z",
    Check = "M20 6 9 17l-5-5",
    ChevronDown = "m6 9 6 6 6-6",
    ChevronLeft = "m15 18-6-6 6-6",
    ChevronRight = "m9 18 6-6-6-6",
    ChevronUp = "m18 15-6-6-6 6",
    Clock = "M12 6v6l4 2M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0z",
    Close = "M18 6 6 18M6 6l12 12",
    Compare = "M8 3H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h3M16 3h3a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2h-3M12 20v2M12 14v2M12 8v2M12 2v2",
    Film = "M3 3h18v18H3zM7 3v18M17 3v18M3 7.500h4M3 12h18M3 16.500h4M17 7.500h4M17 16.500h4",
    Flag = "M4 22V4a1 1 0 0 1 .4-.8A6 6 0 0 1 8 2c3 0 5 2 7.3 2q2 0 3.9-.9A.6.6 0 0 1 20 3.6V14a1 1 0 0 1-.4.8A6 6 0 0 1 16 16c-3 0-5-2-8-2a6 6 0 0 0-4 1.5",
    Help = "M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0zM9.100 9a3 3 0 0 1 5.800 1c0 2-3 3-3 3M12 17h.01",
    History = "M3 12a9 9 0 1 0 9-9 9.8 9.8 0 0 0-6.7 2.7L3 8M3 3v5h5M12 7v5l4 2",
    Home = "M15 21v-8a1 1 0 0 0-1-1h-4a1 1 0 0 0-1 1v8M3 10a2 2 0 0 1 .7-1.5l7-6a2 2 0 0 1 2.6 0l7 6A2 2 0 0 1 21 10v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z",
    Image = "M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM11 9a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM21 15l-3.100-3.100a2 2 0 0 0-2.800 0L6 21",
    Info = "M22 12a10 10 0 1 1-20 0 10 10 0 0 1 20 0zM12 16v-4M12 8h.01",
    LogOut = "m16 17 5-5-5-5M21 12H9M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4",
    Megaphone = "m3 11 18-5v12L3 14zM11.600 16.800a3 3 0 1 1-5.800-1.600",
    Message = "M21 15a2 2 0 0 1-2 2H7l-4 4V5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2z",
    More = "M12 12h.01M19 12h.01M5 12h.01",
    Pause = "M14 4h4v16h-4zM6 4h4v16H6z",
    Phone = "M22 16.900v3a2 2 0 0 1-2.200 2 19.800 19.800 0 0 1-8.600-3.100 19.500 19.500 0 0 1-6-6A19.800 19.800 0 0 1 2.100 4.200 2 2 0 0 1 4.100 2h3a2 2 0 0 1 2 1.700c.1 1 .4 1.900.7 2.800a2 2 0 0 1-.5 2.100L8.100 9.900a16 16 0 0 0 6 6l1.300-1.300a2 2 0 0 1 2.100-.4c.9.3 1.800.6 2.800.7a2 2 0 0 1 1.700 2z",
    Pin = "M20 10c0 6-8 12-8 12s-8-6-8-12a8 8 0 0 1 16 0zM15 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0z",
    Play = "m6 3 14 9-14 9z",
    Plus = "M5 12h14M12 5v14",
    Search = "m21 21-4.300-4.300M19 11a8 8 0 1 1-16 0 8 8 0 0 1 16 0z",
    Send = "m22 2-7 20-4-9-9-4zM22 2 11 13",
    Settings = "M4 21v-7M4 10V3M12 21v-9M12 8V3M20 21v-5M20 12V3M1 14h6M9 8h6M17 16h6",
    Shield = "M20 13c0 5-3.500 7.500-8 9-4.500-1.500-8-4-8-9V6a1 1 0 0 1 1-1c2 0 4.500-1.200 6.200-2.700a1.200 1.200 0 0 1 1.600 0C14.500 3.800 17 5 19 5a1 1 0 0 1 1 1z",
    Trash = "M3 6h18M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2M10 11v6M14 11v6",
    Triangle = "m21.700 18-8-14a2 2 0 0 0-3.500 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.700-3zM12 9v4M12 17h.01",
    Undo = "M3 7v6h6M21 17a9 9 0 0 0-15-6.700L3 13",
    User = "M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2M16 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0z",
    Users = "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2M13 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0M22 21v-2a4 4 0 0 0-3-3.900M16 3.100a4 4 0 0 1 0 7.800",
    Zoom = "m21 21-4.300-4.300M19 11a8 8 0 1 1-16 0 8 8 0 0 1 16 0zM11 8v6M8 11h6",
}

#[component]
pub fn Icon(name: IconName) -> impl IntoView {
    InertElement::new(name.html())
}
