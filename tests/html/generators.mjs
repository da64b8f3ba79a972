// For each component, options that its macro takes. What must be there for the markup to make sense always is.
const text = (r) => r.text();
const word = (r) => r.word();
const markup = (r) => r.markup();
const yes = () => true;
const flag = (r) => r.chance(0.5);
const level = (r) => 1 + r.below(5);
const attributes = (r) => r.some({ "data-one": text, "data-two": text, title: text });
const common = { classes: text, attributes };
const content = { text, html: markup };
const group = (r) => r.some({ classes: text, attributes, beforeInput: affixContent, afterInput: affixContent });
const groups = (r) => r.some({ classes: text, attributes, beforeInputs: affixContent, afterInputs: affixContent });
const affixContent = (r) => ({ text: r.text(), ...r.some({ html: markup }) });
const hint = (r) => r.some({ ...content, ...common });
const errorMessage = (r) => r.some({ ...content, ...common, visuallyHiddenText: text });
const label = (r) => ({ text: r.text(), ...r.some({ html: markup, isPageHeading: yes, ...common }) });
const legend = (r) => r.some({ ...content, isPageHeading: yes, classes: text });
const fieldset = (r) => r.some({ legend, describedBy: text, ...common });
const field = { hint, errorMessage, formGroup: group, disabled: yes, describedBy: text, value: text, ...common };
const named = (r) => ({ id: r.text(), name: r.text(), label: label(r) });
const falsy = (r) => [null, false, ""][r.below(3)];
// One of a list, now and then left out.
const orNothing = (make) => (r, index) => {
  const nothing = r.chance(0.1);
  const none = falsy(r);
  const made = make(r, index);
  return nothing ? none : made;
};

const choice = (r) => {
  const divider = r.chance(0.1);
  const made = {
    value: r.word(),
    text: r.text(),
    ...r.some({
      html: markup, id: text, label: (r) => r.some(common), hint, checked: flag, disabled: yes, attributes,
      conditional: (r) => r.some({ html: markup }),
    }),
  };
  return divider ? { divider: made.text } : made;
};
const checkbox = (r) => ({ ...choice(r), ...r.some({ name: text, behaviour: text }) });
const action = (r) => ({ href: r.text(), text: r.text(), ...r.some({ html: markup, visuallyHiddenText: text, ...common }) });
// A list of none is not the same to the macro as no list, which it is to us.
const actions = (r) => ({ items: r.list(action, 1), ...r.some({ classes: text }) });
const cellText = (r) => ({ text: r.text(), ...r.some({ html: markup, classes: text }) });
const cell = (r) => ({
  text: r.text(),
  ...r.some({ html: markup, format: text, colspan: (r) => 2 + r.below(3), rowspan: (r) => 2 + r.below(3), ...common }),
});
const pageLink = (r) => ({ href: r.text(), ...r.some({ ...content, labelText: text, attributes }) });
const plural = (r) => ({ one: r.text(), other: r.text() });

export const generators = {
  "back-link": (r) => r.some({ ...content, href: text, ...common }),
  breadcrumbs: (r) => ({
    items: r.list((r) => ({ text: r.text(), ...r.some({ html: markup, href: text, attributes }) })),
    ...r.some({ labelText: text, collapseOnMobile: yes, ...common }),
  }),
  button: (r) =>
    r.some({
      ...content, href: text, name: text, value: text, type: text, id: text, disabled: yes, isStartButton: yes,
      preventDoubleClick: flag, ...common,
    }),
  "character-count": (r) => ({
    ...named(r),
    ...r.some({
      hint, errorMessage, value: text, rows: level, spellcheck: flag, maxlength: (r) => 10 + r.below(90),
      maxwords: (r) => 10 + r.below(90), threshold: (r) => 1 + r.below(90), countType: text,
      countMessage: (r) => r.some({ classes: text }), textareaDescriptionText: text,
      charactersUnderLimitText: plural, charactersAtLimitText: text, charactersOverLimitText: plural,
      wordsUnderLimitText: plural, wordsAtLimitText: text, wordsOverLimitText: plural, ...common,
    }),
  }),
  checkboxes: (r) => ({
    name: r.text(),
    items: r.list(orNothing(checkbox)),
    ...r.some({
      idPrefix: text, values: (r) => r.list(word), fieldset, hint, errorMessage, formGroup: groups, describedBy: text,
      ...common,
    }),
  }),
  "date-input": (r) => ({
    id: r.text(),
    ...r.some({
      namePrefix: text, fieldset, hint, errorMessage, formGroup: groups, ...common,
      values: (r) => r.some({ day: text, month: text, year: text }),
      items: (r) =>
        r.list(
          (r) => ({
            name: ["day", "month", "year", "time"][r.below(4)],
            label: r.text(),
            ...r.some({
              id: text, value: text, inputmode: text, autocomplete: text, pattern: text, error: flag, ...common,
            }),
          }),
          1,
        ),
    }),
  }),
  details: (r) => r.some({ summaryText: text, summaryHtml: markup, ...content, id: text, open: yes, ...common }),
  "error-message": (r) => r.some({ ...content, id: text, visuallyHiddenText: text, ...common }),
  "error-summary": (r) => ({
    titleText: r.text(),
    ...r.some({
      titleHtml: markup, descriptionText: text, descriptionHtml: markup, disableAutoFocus: flag, ...common,
      errorList: (r) => r.list((r) => ({ text: r.text(), ...r.some({ html: markup, href: text, attributes }) })),
    }),
  }),
  fieldset: (r) => r.some({ legend, html: markup, role: text, describedBy: text, ...common }),
  hint: (r) => r.some({ ...content, id: text, ...common }),
  input: (r) => ({
    ...named(r),
    ...r.some({
      ...field, type: text, inputmode: text, autocomplete: text, autocapitalize: text, pattern: text,
      spellcheck: flag, prefix: affix, suffix: affix, inputWrapper: (r) => r.some(common),
    }),
  }),
  "inset-text": (r) => r.some({ ...content, id: text, ...common }),
  label: (r) => r.some({ ...content, for: text, isPageHeading: yes, ...common }),
  "notification-banner": (r) =>
    r.some({
      ...content, titleText: text, titleHtml: markup, titleHeadingLevel: level, titleId: text, role: text,
      type: (r) => (r.chance(0.5) ? "success" : "other"), disableAutoFocus: flag, ...common,
    }),
  pagination: (r) =>
    r.some({
      previous: pageLink, next: pageLink, landmarkLabel: text, ...common,
      items: (r) =>
        r.list((r) => ({
          number: r.text(),
          href: r.text(),
          ...r.some({ visuallyHiddenText: text, current: yes, attributes }),
          ...(r.chance(0.2) ? { ellipsis: true } : {}),
        })),
    }),
  panel: (r) => ({
    titleText: r.text(),
    ...r.some({
      titleHtml: markup, ...content, headingLevel: level, attributes,
      classes: (r) => (r.chance(0.5) ? "govuk-panel--interruption" : r.text()),
      actions: (r) => ({
        items: r.list((r) => ({ text: r.text(), ...r.some({ href: text, ...common }) })),
        ...r.some(common),
      }),
    }),
  }),
  "password-input": (r) => ({
    ...named(r),
    ...r.some({
      ...field, autocomplete: text, button: (r) => r.some({ classes: text }), showPasswordText: text,
      hidePasswordText: text, showPasswordAriaLabelText: text, hidePasswordAriaLabelText: text,
      passwordShownAnnouncementText: text, passwordHiddenAnnouncementText: text,
    }),
  }),
  radios: (r) => ({
    name: r.text(),
    items: r.list(orNothing(choice)),
    ...r.some({ idPrefix: text, value: word, fieldset, hint, errorMessage, formGroup: groups, ...common }),
  }),
  select: (r) => ({
    ...named(r),
    items: r.list(
      orNothing((r) => ({ text: r.text(), ...r.some({ value: text, selected: flag, disabled: yes, attributes }) })),
    ),
    ...r.some(field),
  }),
  "service-navigation": (r) =>
    r.some({
      serviceName: text, serviceUrl: text, navigationLabel: text, ariaLabel: text, menuButtonText: text,
      menuButtonLabel: text, navigationId: text, navigationClasses: text, collapseNavigationOnMobile: flag, ...common,
      navigation: (r) =>
        r.list(orNothing((r) => ({ text: r.text(), ...r.some({ html: markup, href: text, current: yes, active: yes, attributes }) }))),
      slots: (r) => r.some({ start: markup, end: markup }),
    }),
  "skip-link": (r) => r.some({ ...content, href: text, ...common }),
  "summary-list": (r) => ({
    rows: r.list(orNothing((r) => ({ key: cellText(r), value: cellText(r), ...r.some({ actions, classes: text }) }))),
    ...r.some({
      ...common,
      card: (r) => ({
        title: { text: r.text(), ...r.some({ html: markup, headingLevel: level, classes: text }) },
        ...r.some({ actions, ...common }),
      }),
    }),
  }),
  table: (r) => ({
    rows: r.list(orNothing((r) => r.list(cell, 1))),
    ...r.some({ caption: text, captionClasses: text, head: (r) => r.list(cell, 1), firstCellIsHeader: yes, ...common }),
  }),
  tag: (r) => r.some({ ...content, ...common }),
  "task-list": (r) => ({
    items: r.list(
      orNothing((r) => ({
        title: cellText(r),
        status: r.some({ ...content, classes: text, tag: (r) => r.some({ ...content, ...common }) }),
        ...r.some({ hint: cellText, href: text, classes: text }),
      })),
    ),
    ...r.some({ idPrefix: text, ...common }),
  }),
  textarea: (r) => ({ ...named(r), ...r.some({ ...field, rows: level, autocomplete: text, spellcheck: flag }) }),
  "warning-text": (r) => r.some({ ...content, iconFallbackText: text, ...common }),
  "moj-sub-navigation": (r) => ({
    items: r.list((r) => ({ text: r.text(), href: r.text(), ...r.some({ html: markup, active: yes, ...common }) })),
    ...r.some({ label: text, ...common }),
  }),
  "moj-timeline": (r) => ({
    items: r.list((r) => ({
      label: cellText(r),
      datetime: { timestamp: r.text(), type: r.text() },
      text: r.text(),
      ...r.some({ html: markup, byline: (r) => ({ text: r.text() }), ...common }),
    })),
    ...r.some({ headingLevel: level, ...common }),
  }),
};

function affix(r) {
  return r.some({ ...content, ...common });
}
