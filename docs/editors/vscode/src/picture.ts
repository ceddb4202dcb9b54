/** The page that shows a graph. */

/** Nothing is loaded and no script runs: the picture is in the page, as an image, in which scripts never run either. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** The page for a picture in SVG. */
export function graphPage(title: string, svg: Uint8Array): string {
  const data = Buffer.from(svg).toString("base64");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escaped(title)}</title>
<style>body { margin: 0; padding: 1rem; background: #fff } img { max-width: 100% }</style>
</head>
<body><img alt="${escaped(title)}" src="data:image/svg+xml;base64,${data}"></body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
