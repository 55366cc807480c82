//! Pins as the window shows them.

use store::Pin;

use crate::wire::PinView;

pub(crate) fn pin_view(pin: Pin) -> PinView {
    let (start, end) = pin.stretch.unzip();
    PinView {
        id: pin.id.0,
        place: pin.place.to_string(),
        pointer: pin.pointer,
        start,
        end,
        quote: pin.quote,
        note: pin.note,
        at_ms: pin.at_ms,
        who: pin.who,
    }
}
