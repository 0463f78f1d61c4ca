package dev.espalier.report.internal.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A page made of sections, with its style and script inside. Not thread-safe. */
public final class Page {
  private final String title;
  private final List<String> links = new ArrayList<>();
  private final Html body = new Html();
  private String header = "";

  /** Creates a page without sections. */
  public Page(String title) {
    this.title = title;
  }

  /** Adds what stands above all sections. */
  public void header(Html markup) {
    header = "<header>" + markup + "</header>\n";
  }

  /**
   * Adds a section, unless it is empty.
   *
   * @param id constant of ours
   * @param link short form of the heading for the navigation
   */
  public void section(String id, String link, String heading, Html markup) {
    if (markup.isEmpty()) {
      return;
    }
    links.add("<a href=\"#" + id + "\">" + Html.escape(link) + "</a>");
    body.add("<section id=\"" + id + "\" aria-labelledby=\"" + id + "-heading\">");
    body.add("<h2 id=\"" + id + "-heading\">").text(heading).add("</h2>\n");
    body.add(markup.toString()).add("</section>\n");
  }

  /** Returns the page. */
  public String html() {
    String script = resource("report.js");
    // Nothing may be loaded, and no other script may run, whatever a name smuggles in.
    String policy =
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-"
            + sha256(script)
            + "'";
    return new Html()
        .add("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .add("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .add("<meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">\n")
        .add("<link rel=\"icon\" href=\"data:,\">\n")
        .element("title", title)
        .add("\n<style>\n" + resource("report.css") + "</style>\n</head>\n<body>\n")
        .add(header)
        .add(navigation())
        .add("<main>\n")
        .add(body.toString())
        .add("</main>\n")
        .add("<script>" + script + "</script>\n</body>\n</html>\n")
        .toString();
  }

  private String navigation() {
    return links.size() < 3 ? "" : "<nav>" + String.join("\n", links) + "</nav>\n";
  }

  private static String resource(String name) {
    try (InputStream stream = Page.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IOException("The resource " + name + " is missing.");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
