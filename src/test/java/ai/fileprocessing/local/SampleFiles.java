package ai.fileprocessing.local;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.crypt.EncryptionMode;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.usermodel.Workbook;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xwpf.usermodel.XWPFDocument;

/** Small files of the kinds that Converse takes, as real programs' libraries write them. */
final class SampleFiles {
  /** One pixel, lossless. */
  static final byte[] WEBP =
      Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");

  private SampleFiles() {}

  private interface Writing {
    void to(ByteArrayOutputStream out) throws IOException;
  }

  /** A PDF with one line on each page. */
  static byte[] pdf(String... lines) {
    return pdf("", lines);
  }

  /** A PDF that opens with this password. */
  static byte[] encryptedPdf(String password, String... lines) {
    return pdf(password, lines);
  }

  private static byte[] pdf(String password, String... lines) {
    return written(
        out -> {
          try (PDDocument document = new PDDocument()) {
            for (String line : lines) {
              PDPage page = new PDPage();
              document.addPage(page);
              try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                content.beginText();
                content.setFont(new PDType1Font(FontName.HELVETICA), 12);
                content.newLineAtOffset(72, 700);
                content.showText(line);
                content.endText();
              }
            }
            if (!password.isEmpty()) {
              document.protect(
                  new StandardProtectionPolicy("owner", password, new AccessPermission()));
            }
            document.save(out);
          }
        });
  }

  static byte[] docx(String... paragraphs) {
    return written(
        out -> {
          try (XWPFDocument document = new XWPFDocument()) {
            for (String paragraph : paragraphs) {
              document.createParagraph().createRun().setText(paragraph);
            }
            document.write(out);
          }
        });
  }

  static byte[] encryptedDocx(String password) {
    byte[] plain = docx("secret");
    return written(
        out -> {
          try (POIFSFileSystem files = new POIFSFileSystem()) {
            var encryptor = new EncryptionInfo(EncryptionMode.agile).getEncryptor();
            encryptor.confirmPassword(password);
            try (var content = encryptor.getDataStream(files)) {
              content.write(plain);
            } catch (GeneralSecurityException e) {
              throw new IOException(e);
            }
            files.writeFilesystem(out);
          }
        });
  }

  /** A workbook with two sheets, of which the second is empty. */
  static byte[] xlsx(String cell, double number) {
    return workbook(new XSSFWorkbook(), cell, number);
  }

  static byte[] xls(String cell, double number) {
    return workbook(new HSSFWorkbook(), cell, number);
  }

  private static byte[] workbook(Workbook workbook, String cell, double number) {
    return written(
        out -> {
          try (workbook) {
            Sheet sheet = workbook.createSheet("Figures");
            sheet.createRow(0).createCell(0).setCellValue(cell);
            sheet.createRow(1).createCell(0).setCellValue(number);
            workbook.createSheet("Empty");
            workbook.write(out);
          }
        });
  }

  /** An image of one colour; the format is one of ImageIO's. */
  static byte[] image(String format, int width, int height) {
    return written(
        out ->
            ImageIO.write(
                new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), format, out));
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
