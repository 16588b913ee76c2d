/** The id that Starlight's table of contents and skip link expect of the page's title. */
export const PAGE_TITLE_ID = '_top';
