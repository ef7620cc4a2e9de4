package ai.fileprocessing.files.detection;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ContentTypesTest {
  private final ContentTypes types = new ContentTypes();

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"png", "gif", "jpg", "bmp"})
  void aPictureIsAPictureWhateverItIsCalled(String format) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), format, out);

    for (String name : new String[] {"x.txt", "x.pdf", "x.html", "x", "x.docx", "Main.java"}) {
      assertThat(type(out.toByteArray(), name))
          .isEqualTo("image/" + (format.equals("jpg") ? "jpeg" : format));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "# Title~|report.md|text/markdown",
        "a,b\\n1,2|table.csv|text/csv",
        "a\\tb|table.tsv|text/tab-separated-values",
        "class Main {}|Main.java|text/x-java-source",
        "def f(): pass|a.py|text/x-python",
        "#!/usr/bin/env python\\nprint(1)|a.py|text/x-python",
        "#!/bin/sh\\necho|unnamed-file|application/x-sh",
        "{\"a\": 1}|a.json|application/json",
        "a: 1|a.yaml|text/x-yaml",
        "var a;|a.js|text/javascript",
        "all:|Makefile|text/x-makefile",
        "<p>x</p>|a.html|text/html",
        "<a/>|a.xml|application/xml",
        "hello|a.txt|text/plain",
        "hello|unnamed-file|text/plain",
        "hello|a.no-such-type|text/plain",
        "# Title|REPORT.MD|text/markdown",
        "# Title|../a/b\\c/report.md|text/markdown",
        "# Title|C:\\Users\\a: b.md|text/markdown",
        "# Title|100% \u00fc?#.md|text/markdown",
        "# Title|http://example.com/x.csv?y.md|text/markdown"
      })
  void theNameTellsKindsOfTextApart(String text, String name, String type) throws Exception {
    assertThat(type(utf8(text.replace("\\n", "\n").replace("\\t", "\t").replace("~", "")), name))
        .isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.pdf", "a.docx", "a.xls", "a.png", "a.zip", "a.rtf", "a.svg", "a.exe", "a.odt", "a.epub",
        "a.rs", "a.xhtml", "a.ps", "a.mp4"
      })
  void aNameMakesNothingOfATextButAKindOfText(String name) throws Exception {
    assertThat(type(utf8("Only a text."), name)).isEqualTo("text/plain");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "<!DOCTYPE html><html><body>|notes.txt|text/html",
        "<!-- a --> <HTML>|README.md|text/html",
        "\ufeff<!doctype html>|a.csv|text/html",
        "<?xml version=\"1.0\"?><a/>|a.txt|application/xml",
        "<?xml version=\"1.0\"?><a/>|a.md|application/xml",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>|a.txt|image/svg+xml",
        "<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>|a.xml|application/xhtml+xml",
        "{\\rtf1\\ansi x}|letter.doc|application/rtf",
        "{\\rtf1\\ansi x}|letter.txt|application/rtf",
        "%PDF-1.7 all in ASCII|a.txt|application/pdf",
        "%PDF-1.7 all in ASCII|a.md|application/pdf"
      })
  void whatTheBytesSayIsTrueWhateverTheName(String text, String name, String type)
      throws Exception {
    assertThat(type(utf8(text), name)).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<h1 align=\"center\">Project</h1> # Title|README.md|text/markdown",
        "<div>${x}</div>|a.jsp|text/x-jsp",
        "<h1>A fragment</h1>|a.txt|text/html",
        "Dear all, write <html> first.|letter.txt|text/plain",
        "// writes <html> and </html>|Page.java|text/x-java-source",
        "MZ-Bericht des Tages|a.txt|text/plain",
        "ID3 is a decision tree|notes.md|text/markdown",
        "BZh1 Rar! OggS|a|text/plain",
        "/* XPM */|a.c|text/x-csrc"
      })
  void aTextIsNotTakenForWhatItMentions(String text, String name, String type) throws Exception {
    assertThat(type(utf8(text), name)).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8, \u00fcber die Stra\u00dfe",
    "UTF-8, \ufeff\u5831\u544a\u66f8 \ud83d\ude00",
    "UTF-16LE, \ufeff\u00fcber",
    "UTF-16BE, \ufeff\u5831\u544a\u66f8",
    "ISO-8859-1, \u00fc\u00f6\u00e4 \u00dc\u00d6\u00c4",
    "windows-1251, \u041f\u0440\u0438\u0432\u0435\u0442",
    "Shift_JIS, \u5831\u544a\u66f8",
    "GB18030, \u62a5\u544a",
    "Big5, \u5831\u544a\u66f8",
    "EUC-KR, \ubcf4\uace0"
  })
  void textIsTextInAnyEncoding(String charset, String text) throws Exception {
    byte[] bytes = (text + "\r\n\t1").getBytes(Charset.forName(charset));

    assertThat(type(bytes, "a")).isEqualTo("text/plain");
    assertThat(type(bytes, "a.csv")).isEqualTo("text/csv");
    assertThat(type(bytes, "a.pdf")).isEqualTo("text/plain");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.txt", "a.pdf", "a", "a.docx", "Main.java"})
  void bytesThatNobodyKnowsAndNoBytesAreOctets(String name) throws Exception {
    byte[] random = new byte[1000];
    new Random(42).nextBytes(random);

    assertThat(type(random, name)).isEqualTo("application/octet-stream");
    assertThat(type(new byte[0], name)).isEqualTo("application/octet-stream");
    assertThat(type(new byte[5000], name)).isEqualTo("application/octet-stream");
  }

  @Test
  void ofALargeFileTheBeginningIsRead() throws Exception {
    Path file = file(utf8("a line\n".repeat(10_000)), "large");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(1L << 40);
    }

    assertThat(types.of(file, "large.txt")).isEqualTo("text/plain");
  }

  @Test
  void nothingOutsideIsAskedForByAnXmlFile() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(404, -1);
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
      String xml =
          "<?xml version=\"1.0\"?><!DOCTYPE a SYSTEM \"%s\" [<!ENTITY %% p SYSTEM \"%s\"> %%p;"
                  .formatted(url + "dtd", url + "parameter")
              + "<!ENTITY e SYSTEM \"%s\">]><a b=\"&e;\">&e;</a>".formatted(url + "entity");
      assertThat(type(utf8(xml), "a.xml")).isIn("application/xml", "text/plain");

      Path docx = folder.resolve("docx");
      try (TestZip zip = new TestZip(docx)) {
        zip.add("[Content_Types].xml", xml);
      }
      assertThat(types.of(docx, "a.docx")).isEqualTo("application/zip");
      assertThat(asked).hasValue(0);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void entitiesThatMultiplyEndWithTheLook() throws Exception {
    StringBuilder xml =
        new StringBuilder("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e0 \"ha\">");
    for (int i = 1; i < 100; i++) {
      xml.append("<!ENTITY e%d \"%s\">".formatted(i, ("&e" + (i - 1) + ";").repeat(10)));
    }
    xml.append("]><a b=\"&e99;\">&e99;</a>");

    assertThat(type(utf8(xml.toString()), "a.xml")).isIn("application/xml", "text/plain");
  }

  @Test
  void theNamesThatTikaUsesForItselfAreNotShown() throws Exception {
    for (String start :
        new String[] {"\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", "PK\3\4"}) {
      byte[] bytes = (start + "\0\0\0\0").getBytes(StandardCharsets.ISO_8859_1);
      assertThat(type(bytes, "a.docx")).isIn("application/x-ole-storage", "application/zip");
    }
  }

  private String type(byte[] bytes, String name) throws IOException {
    return types.of(file(bytes, "file"), name);
  }

  private Path file(byte[] bytes, String name) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
