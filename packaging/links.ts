/** Links of a README that lead into the repository, for readers who have the package alone. */

/** A link or image of Markdown, `[text](target)`. */
const markdownLink = /(!?)\[([^\]]*)\]\(([^()\s]+)\)/g;

/** An attribute of HTML that names a file. */
const htmlLink = /\b(src|srcset|href)="([^"]+)"/g;

/** What is no path in the repository: another site, or a place on the page. */
const isElsewhere = (target: string): boolean => /^([a-z]+:|#|\/\/)/i.test(target);

/**
 * Makes links to files of the repository absolute.
 *
 * @param markdown the text, whose relative links start at the repository's root
 * @param repository the repository's address, `https://github.com/OWNER/NAME`; without one, links become their texts
 * and pictures go, as there is nowhere to lead to
 * @returns the text without relative links
 */
export function absoluteLinks(markdown: string, repository: string | undefined): string {
  if (repository === undefined) return withoutLinks(markdown);
  const pageOf = (target: string) => `${repository}/blob/HEAD/${target}`;
  const fileOf = (target: string) => `${repository}/raw/HEAD/${target}`;
  return markdown
    .replace(markdownLink, (link, mark: string, text: string, target: string) => {
      if (isElsewhere(target)) return link;
      return `${mark}[${text}](${mark === "" ? pageOf(target) : fileOf(target)})`;
    })
    .replace(htmlLink, (link, attribute: string, target: string) => {
      if (isElsewhere(target)) return link;
      return `${attribute}="${attribute === "href" ? pageOf(target) : fileOf(target)}"`;
    });
}

function withoutLinks(markdown: string): string {
  return markdown
    .replace(/<picture>[^]*?<\/picture>\n*/g, (picture) => hasPath(picture) ? "" : picture)
    .replace(/<img [^>]*>\n*/g, (image) => hasPath(image) ? "" : image)
    .replace(
      markdownLink,
      (link, mark: string, text: string, target: string) =>
        isElsewhere(target) ? link : mark === "" ? text : "",
    );
}

function hasPath(html: string): boolean {
  return [...html.matchAll(htmlLink)].some(([, , target]) => !isElsewhere(target ?? ""));
}
