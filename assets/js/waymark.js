// Makes pages that work without it more comfortable. Each part finds what it needs on the page, or does nothing.
import {
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  createAll,
} from "govuk-frontend";
import { SortableTable } from "@ministryofjustice/frontend/moj/components/sortable-table/sortable-table.mjs";

import { keepDrafts } from "./drafts.js";
import { offerPasskeys } from "./passkey.js";
import { offerPrinting } from "./print.js";
import { warnOfSessionEnd } from "./session.js";
import { sendFiltersAtOnce } from "./filters.js";

// A radio button may not say that it is expanded: screen readers would read it, and ARIA does not know it there.
class PlainRadios extends Radios {
  syncConditionalRevealWithInputState(input) {
    super.syncConditionalRevealWithInputState(input);
    input.removeAttribute("aria-expanded");
  }
}

document.body.classList.add("js-enabled", "govuk-frontend-supported");

for (const component of [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  PlainRadios,
  ServiceNavigation,
  SkipLink,
  SortableTable,
]) {
  createAll(component);
}

keepDrafts();
offerPasskeys();
offerPrinting();
sendFiltersAtOnce();
warnOfSessionEnd();
