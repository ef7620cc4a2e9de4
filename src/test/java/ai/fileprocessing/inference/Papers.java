package ai.fileprocessing.inference;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.poi.hslf.usermodel.HSLFSlide;
import org.apache.poi.hslf.usermodel.HSLFSlideShow;
import org.apache.poi.hssf.record.crypto.Biff8EncryptionKey;
import org.apache.poi.hssf.usermodel.HSSFClientAnchor;
import org.apache.poi.hssf.usermodel.HSSFSheet;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.poifs.crypt.Decryptor;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.sl.usermodel.PictureData.PictureType;
import org.apache.poi.ss.usermodel.Workbook;

/** Files of many kinds. */
public final class Papers {
  public static final String DOCX =
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
  public static final String XLSX =
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  public static final String PPTX =
      "application/vnd.openxmlformats-officedocument.presentationml.presentation";
  public static final String ODT = "application/vnd.oasis.opendocument.text";

  static final String RELATIONS =
      "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
          + "<Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s\" Target=\"%s\"/></Relationships>";

  private interface Writing {
    void to(OutputStream out) throws IOException;
  }

  private Papers() {}

  /** Pages that say "page N", each with so many bytes that cannot be packed. */
  public static byte[] pdf(int pages, int ballast) {
    return pdf(pages, ballast, null);
  }

  /**
   * The same, encrypted.
   *
   * @param password of the user, empty for one that everybody can read; null for none
   */
  public static byte[] pdf(int pages, int ballast, String password) {
    Random random = new Random(pages);
    try (PDDocument document = new PDDocument()) {
      PDType1Font font = new PDType1Font(FontName.HELVETICA);
      for (int i = 1; i <= pages; i++) {
        PDPage page = new PDPage();
        document.addPage(page);
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
          content.beginText();
          content.setFont(font, 12);
          content.newLineAtOffset(50, 700);
          content.showText("page " + i);
          content.endText();
        }
        if (ballast > 0) {
          byte[] noise = new byte[ballast];
          random.nextBytes(noise);
          PDStream stream = new PDStream(document);
          try (OutputStream out = stream.createOutputStream()) {
            out.write(noise);
          }
          page.getCOSObject()
              .setItem(org.apache.pdfbox.cos.COSName.METADATA, stream.getCOSObject());
        }
      }
      if (password != null) {
        document.protect(new StandardProtectionPolicy("owner", password, new AccessPermission()));
      }
      return written(document::save);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] docx(String text) {
    return zip(
        "[Content_Types].xml",
        types("/word/document.xml", "wordprocessingml.document.main"),
        "_rels/.rels",
        RELATIONS.formatted("officeDocument", "word/document.xml"),
        "word/document.xml",
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>"
            + text
            + "</w:t></w:r></w:p></w:body></w:document>");
  }

  public static byte[] xlsx(String text) {
    return zip(
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
            + "<Override PartName=\"/xl/s1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/></Types>",
        "_rels/.rels",
        RELATIONS.formatted("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml",
        "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"One\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels",
        RELATIONS.formatted("worksheet", "s1.xml"),
        "xl/s1.xml",
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>"
            + text
            + "</t></is></c></row></sheetData></worksheet>");
  }

  public static byte[] pptx(String text) {
    return zip(
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
            + "<Override PartName=\"/ppt/presentation.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml\"/>"
            + "<Override PartName=\"/ppt/s1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.presentationml.slide+xml\"/></Types>",
        "_rels/.rels",
        RELATIONS.formatted("officeDocument", "ppt/presentation.xml"),
        "ppt/presentation.xml",
        "<p:presentation xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><p:sldIdLst><p:sldId id=\"256\" r:id=\"r1\"/></p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels",
        RELATIONS.formatted("slide", "s1.xml"),
        "ppt/s1.xml",
        "<p:sld xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>"
            + text
            + "</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>");
  }

  /**
   * @param content of the document, as XML
   * @param head before the XML's root
   */
  public static byte[] odt(String content, String head) {
    return zip(
        "mimetype",
        ODT,
        "META-INF/manifest.xml",
        "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>",
        "content.xml",
        "<?xml version=\"1.0\"?>"
            + head
            + "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:text>"
            + content
            + "</office:text></office:body></office:document-content>");
  }

  public static byte[] epub(String text) {
    return zip(
        "mimetype",
        "application/epub+zip",
        "META-INF/container.xml",
        "<container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\" version=\"1.0\"><rootfiles><rootfile full-path=\"b.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles></container>",
        "b.opf",
        "<package xmlns=\"http://www.idpf.org/2007/opf\" version=\"2.0\"><metadata/><manifest><item id=\"c\" href=\"c.xhtml\" media-type=\"application/xhtml+xml\"/></manifest><spine><itemref idref=\"c\"/></spine></package>",
        "c.xhtml",
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>t</title></head><body><p>"
            + text
            + "</p></body></html>");
  }

  public static byte[] rtf(String text) {
    return utf8("{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\f0\\fs24 " + text + "\\par}");
  }

  public static byte[] eml(String text) {
    return utf8(
        """
        From: Ann <ann@example.org>
        To: Bob <bob@example.org>
        Subject: The subject
        Date: Mon, 6 Jan 2025 10:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="b"

        --b
        Content-Type: text/plain; charset=utf-8

        %s
        --b
        Content-Type: text/plain; name="attached.txt"
        Content-Disposition: attachment; filename="attached.txt"

        attached text
        --b--
        """
            .formatted(text)
            .replace("\n", "\r\n"));
  }

  public static byte[] xls(String text) {
    return xls(text, 0);
  }

  /** With a picture of so many bytes that can be packed well. */
  public static byte[] xls(String text, int picture) {
    try (HSSFWorkbook book = new HSSFWorkbook()) {
      HSSFSheet sheet = book.createSheet("One");
      sheet.createRow(0).createCell(0).setCellValue(text);
      if (picture > 0) {
        sheet
            .createDrawingPatriarch()
            .createPicture(
                new HSSFClientAnchor(),
                book.addPicture(new byte[picture], Workbook.PICTURE_TYPE_EMF));
      }
      return written(book::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] ppt(String text) {
    return ppt(text, 0);
  }

  /** With a picture of so many bytes that can be packed well. */
  public static byte[] ppt(String text, int picture) {
    try (HSLFSlideShow show = new HSLFSlideShow()) {
      HSLFSlide slide = show.createSlide();
      slide.createTextBox().setText(text);
      if (picture > 0) {
        slide.createPicture(show.addPicture(new byte[picture], PictureType.EMF));
      }
      return written(show::write);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a writer of old Office files makes when it uses the password that Office itself knows. */
  static byte[] protectedAsOfficeDoes(Supplier<byte[]> writing) {
    Biff8EncryptionKey.setCurrentUserPassword(Decryptor.DEFAULT_PASSWORD);
    try {
      return writing.get();
    } finally {
      Biff8EncryptionKey.setCurrentUserPassword(null);
    }
  }

  /**
   * An old Office file with one more stream: bytes of chance, and behind them many packed zeros.
   */
  static byte[] withStream(byte[] ole, String name, int zeros) {
    byte[] packed =
        written(
            out -> {
              byte[] chance = new byte[1_000];
              new Random(1).nextBytes(chance);
              out.write(chance);
              try (DeflaterOutputStream deflating = new DeflaterOutputStream(out)) {
                deflating.write(new byte[zeros]);
              }
            });
    try (POIFSFileSystem file = new POIFSFileSystem(new ByteArrayInputStream(ole))) {
      file.createOrUpdateDocument(new ByteArrayInputStream(packed), name);
      return written(file::writeFilesystem);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] image(String format, int width, int height) {
    return written(
        out ->
            ImageIO.write(
                new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY), format, out));
  }

  /** A packed file with one more entry. */
  static byte[] with(byte[] zip, String name, byte[] content) {
    return written(
        out -> {
          try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip));
              ZipOutputStream more = new ZipOutputStream(out)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
              more.putNextEntry(new ZipEntry(entry.getName()));
              in.transferTo(more);
            }
            more.putNextEntry(new ZipEntry(name));
            more.write(content);
          }
        });
  }

  /** Names and contents in turn; the first is stored as it is, the rest are packed. */
  public static byte[] zip(String... entries) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      contents.put(entries[i], utf8(entries[i + 1]));
    }
    return written(
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> content : contents.entrySet()) {
              ZipEntry entry = new ZipEntry(content.getKey());
              if (content.getKey().equals("mimetype")) {
                CRC32 sum = new CRC32();
                sum.update(content.getValue());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(content.getValue().length);
                entry.setCrc(sum.getValue());
              }
              zip.putNextEntry(entry);
              zip.write(content.getValue());
            }
          }
        });
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String types(String part, String type) {
    return "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override PartName=\""
        + part
        + "\" ContentType=\"application/vnd.openxmlformats-officedocument."
        + type
        + "+xml\"/></Types>";
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writing.to(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
