import type { Language } from "./words";

/** Whole digits that can be said; the largest amount the terms allow is shorter. */
const DIGITS_MAX = 15;

/** The three forms of a Polish noun: 1, 2–4 and 5 or more ("złoty", "złote", "złotych"). */
type Forms = readonly [string, string, string];

/** "sto osiemnaście tysięcy czterysta pięćdziesiąt złotych 5 groszy": an amount of złoty in words,
 *  so that a digit too many or too few is heard. None for other units and for parts of a grosz. */
export function amountInWords(decimal: string, unit: string, language: Language): string | undefined {
  const [, whole, fraction = ""] = /^(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  if (unit !== "PLN" || whole === undefined || whole.length > DIGITS_MAX || fraction.length > 2) return undefined;
  const zloty = Number(whole);
  const grosze = Number(fraction.padEnd(2, "0"));
  return language === "pl" ? inPolish(zloty, grosze) : inEnglish(zloty, grosze);
}

// ---- Polish

const PL_ZLOTY: Forms = ["złoty", "złote", "złotych"];
const PL_GROSZ: Forms = ["grosz", "grosze", "groszy"];
const PL_GROUPS: readonly Forms[] = [
  ["", "", ""],
  ["tysiąc", "tysiące", "tysięcy"],
  ["milion", "miliony", "milionów"],
  ["miliard", "miliardy", "miliardów"],
  ["bilion", "biliony", "bilionów"],
];
const PL_SMALL = [
  "", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć", "dziesięć",
  "jedenaście", "dwanaście", "trzynaście", "czternaście", "piętnaście", "szesnaście", "siedemnaście",
  "osiemnaście", "dziewiętnaście",
];
const PL_TENS = [
  "", "", "dwadzieścia", "trzydzieści", "czterdzieści", "pięćdziesiąt", "sześćdziesiąt",
  "siedemdziesiąt", "osiemdziesiąt", "dziewięćdziesiąt",
];
const PL_HUNDREDS = [
  "", "sto", "dwieście", "trzysta", "czterysta", "pięćset", "sześćset", "siedemset", "osiemset",
  "dziewięćset",
];

function inPolish(zloty: number, grosze: number): string {
  const whole = zloty === 0 ? "zero" : groups(zloty).map(polishGroup).join(" ");
  const parts = [whole, polishForm(zloty, PL_ZLOTY)];
  if (grosze > 0) parts.push(String(grosze), polishForm(grosze, PL_GROSZ));
  return parts.join(" ");
}

/** "tysiąc", not "jeden tysiąc"; but "jeden" of single złoty is said. */
function polishGroup({ count, power }: Group): string {
  const name = polishForm(count, PL_GROUPS[power] ?? ["", "", ""]);
  if (power > 0 && count === 1) return name;
  return [PL_HUNDREDS[Math.floor(count / 100)], ...below100(count % 100, PL_SMALL, PL_TENS), name].filter(Boolean).join(" ");
}

/** Numbers that end in 2–4 take the second form, except those that end in 12–14. */
function polishForm(count: number, [one, few, many]: Forms): string {
  if (count === 1) return one;
  const isFew = count % 10 >= 2 && count % 10 <= 4 && Math.floor((count % 100) / 10) !== 1;
  return isFew ? few : many;
}

// ---- English

const EN_GROUPS = ["", "thousand", "million", "billion", "trillion"];
const EN_SMALL = [
  "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
  "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
];
const EN_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

function inEnglish(zloty: number, grosze: number): string {
  const whole = zloty === 0 ? "zero" : groups(zloty).map(englishGroup).join(" ");
  const parts = [whole, "zloty"];
  if (grosze > 0) parts.push("and", String(grosze), grosze === 1 ? "grosz" : "groszy");
  return parts.join(" ");
}

function englishGroup({ count, power }: Group): string {
  const hundreds = Math.floor(count / 100);
  const tail = below100(count % 100, EN_SMALL, EN_TENS).join("-");
  return [hundreds > 0 && `${EN_SMALL[hundreds]} hundred`, tail, EN_GROUPS[power]].filter(Boolean).join(" ");
}

// ---- Both

/** Up to 999 of a power of a thousand. */
interface Group {
  count: number;
  power: number;
}

/** The groups of three digits that are not zero, largest first. */
function groups(number: number): Group[] {
  const found: Group[] = [];
  for (let rest = number, power = 0; rest > 0; rest = Math.floor(rest / 1_000), power += 1) {
    if (rest % 1_000 > 0) found.unshift({ count: rest % 1_000, power });
  }
  return found;
}

/** Ten and unit of a number below 100, as far as each is said. */
function below100(number: number, small: readonly string[], tens: readonly string[]): string[] {
  const words = number < 20 ? [small[number]] : [tens[Math.floor(number / 10)], small[number % 10]];
  return words.filter((word): word is string => word !== undefined && word !== "");
}
