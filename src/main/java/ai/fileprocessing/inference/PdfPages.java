package ai.fileprocessing.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.multipdf.Splitter;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;

/**
 * The pages of a PDF, and documents of some of them. The document is read again for each, so that
 * nothing but its bytes is kept while a model thinks.
 */
final class PdfPages {
  /** Some pages in a row, both ends included, from 1. */
  record Range(int first, int last) {
    int count() {
      return last - first + 1;
    }
  }

  private interface Reading<T> {
    T of(PDDocument document) throws IOException, UnusableFileException;
  }

  private final byte[] content;
  private final Patience patience;
  private final int count;
  private final boolean encrypted;

  /**
   * Reads its structure.
   *
   * @throws UnusableFileException when it is damaged, empty, or needs a password
   */
  PdfPages(byte[] content, Patience patience) throws UnusableFileException {
    this.content = content;
    this.patience = patience;
    PdfBombs.refuse(content, patience);
    count = read(PDDocument::getNumberOfPages);
    encrypted = read(PDDocument::isEncrypted);
    if (count == 0) {
      throw new UnusableFileException("FILE_EMPTY", "The PDF has no pages.");
    }
  }

  int count() {
    return count;
  }

  /** Whether a model would have to know a key, if only that of everybody. */
  boolean isEncrypted() {
    return encrypted;
  }

  /**
   * Ranges that cover all pages and of which each is a document within these bounds.
   *
   * @throws UnusableFileException when a single page is larger
   */
  List<Range> ranges(int mostPages, long mostBytes) throws UnusableFileException {
    return read(
        document -> {
          List<Range> ranges = new ArrayList<>();
          int first = 1;
          while (first <= count) {
            Range range = new Range(first, Math.min(count, first + mostPages - 1));
            long size = size(document, range);
            while (size > mostBytes && range.count() > 1) {
              long likely = Math.min(range.count() - 1, range.count() * mostBytes / size);
              range = new Range(first, first + (int) Math.max(1, likely) - 1);
              size = size(document, range);
            }
            if (size > mostBytes) {
              throw new UnusableFileException(
                  "FILE_TOO_LARGE",
                  "Page %d alone has %d bytes; the most is %d. Lower its resolution."
                      .formatted(first, size, mostBytes));
            }
            ranges.add(range);
            first = range.last() + 1;
          }
          return ranges;
        });
  }

  /** A document of these pages, readable without a password. */
  byte[] document(Range range) throws UnusableFileException {
    return read(
        document -> {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          write(document, range, bytes);
          return bytes.toByteArray();
        });
  }

  private long size(PDDocument document, Range range) throws IOException {
    CountingStream counting = new CountingStream();
    write(document, range, counting);
    return counting.count;
  }

  private void write(PDDocument document, Range range, OutputStream to) throws IOException {
    patience.check();
    Splitter splitter = new Splitter();
    splitter.setStartPage(range.first());
    splitter.setEndPage(range.last());
    splitter.setSplitAtPage(range.count());
    List<PDDocument> parts = splitter.split(document);
    for (PDDocument part : parts) {
      try (part) {
        part.save(to);
      }
    }
  }

  /** PDFBox throws whatever its parts throw at what is not as it should be. */
  private <T> T read(Reading<T> reading) throws UnusableFileException {
    try (PDDocument document =
        Loader.loadPDF(
            new PatientBytes(content, patience), IOUtils.createTempFileOnlyStreamCache())) {
      return reading.of(document);
    } catch (InvalidPasswordException e) {
      throw UnusableFileException.encrypted();
    } catch (Patience.EndedException e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      throw UnusableFileException.damaged();
    }
  }

  private static final class CountingStream extends OutputStream {
    private long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }
}
