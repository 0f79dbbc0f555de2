//! Controls of forms beyond those of `fields`: each is the browser's own, so that it works by keyboard,
//! by voice and without scripts.

use leptos::{either::Either, prelude::*};

/// A choice of one among few, side by side.
#[component]
pub fn Segmented(
    #[prop(into)] legend: String,
    name: &'static str,
    /// Values with their words.
    options: Vec<(String, String)>,
    #[prop(into)] chosen: String,
) -> impl IntoView {
    let options = options
        .into_iter()
        .map(|(value, words)| {
            let checked = value == chosen;
            view! {
                <label class="segment">
                    <input type="radio" name=name value=value checked=checked/>
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="segmented">
            <legend>{legend}</legend>
            <div class="segments">{options}</div>
        </fieldset>
    }
}

/// Something that is on or off.
#[component]
pub fn Switch(
    id: &'static str,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    checked: bool,
    #[prop(default = "on".to_owned(), into)] value: String,
) -> impl IntoView {
    let described = hint.as_ref().map(|_| format!("{id}-hint"));
    view! {
        <div class="switch">
            <label for=id>{label}</label>
            <input
                type="checkbox"
                role="switch"
                id=id
                name=name
                value=value
                checked=checked
                aria-describedby=described.clone()
            />
            {hint.map(|hint| view! { <p class="quiet field-hint" id=described>{hint}</p> })}
        </div>
    }
}

/// A text with proposals to choose from; any other text may be typed.
#[component]
pub fn Combobox(
    id: &'static str,
    name: &'static str,
    #[prop(into)] value: String,
    options: Vec<String>,
    #[prop(optional, into)] described_by: Option<String>,
    #[prop(optional, into)] invalid: Option<&'static str>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    let list = format!("{id}-options");
    let options = options
        .into_iter()
        .map(|option| view! { <option value=option></option> })
        .collect_view();
    view! {
        <input
            id=id
            name=name
            class="input"
            value=value
            list=list.clone()
            autocomplete="off"
            required=required
            aria-describedby=described_by
            aria-invalid=invalid
        />
        <datalist id=list>{options}</datalist>
    }
}

/// A day, as `2026-03-29`.
#[component]
pub fn DateField(
    id: &'static str,
    name: &'static str,
    #[prop(into)] value: String,
    #[prop(optional, into)] min: Option<String>,
    #[prop(optional, into)] max: Option<String>,
    #[prop(optional, into)] described_by: Option<String>,
    #[prop(optional, into)] invalid: Option<&'static str>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    view! {
        <input
            type="date"
            id=id
            name=name
            class="input input-short"
            value=value
            min=min
            max=max
            required=required
            aria-describedby=described_by
            aria-invalid=invalid
        />
    }
}

/// A time of the day, as `09:30`.
#[component]
pub fn TimeField(
    id: &'static str,
    name: &'static str,
    #[prop(into)] value: String,
    #[prop(optional, into)] described_by: Option<String>,
    #[prop(optional, into)] invalid: Option<&'static str>,
    #[prop(optional)] required: bool,
) -> impl IntoView {
    view! {
        <input
            type="time"
            id=id
            name=name
            class="input input-short"
            value=value
            required=required
            aria-describedby=described_by
            aria-invalid=invalid
        />
    }
}

/// A number between two bounds, by a slider.
#[component]
pub fn RangeField(
    id: &'static str,
    /// None, where it is a script's and is not sent.
    #[prop(optional, into)]
    name: Option<&'static str>,
    value: i32,
    min: i32,
    max: i32,
    #[prop(default = 1)] step: i32,
    #[prop(optional, into)] described_by: Option<String>,
    /// What it is called, where no label stands beside it.
    #[prop(optional, into)]
    label: Option<String>,
    /// Without its bounds beside it, where they say nothing to people.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let slider = view! {
        <input
            type="range"
            id=id
            name=name
            value=value
            min=min
            max=max
            step=step
            aria-label=label
            aria-describedby=described_by
        />
    };
    if bare {
        return Either::Left(slider);
    }
    Either::Right(view! {
        <div class="range">
            <span class="range-bound" aria-hidden="true">{min}</span>
            {slider}
            <span class="range-bound" aria-hidden="true">{max}</span>
        </div>
    })
}
