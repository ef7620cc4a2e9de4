package ai.fileprocessing.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.multipdf.Splitter;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;

/** The pages of a PDF, and documents of some of them; read once, and held until it is closed. */
final class PdfPages implements AutoCloseable {
  /** Some pages in a row, both ends included, from 1. */
  record Range(int first, int last) {
    int count() {
      return last - first + 1;
    }

    /** Both halves of more than one. */
    List<Range> halves() {
      int middle = first + count() / 2;
      return List.of(new Range(first, middle - 1), new Range(middle, last));
    }
  }

  private interface Reading<T> {
    T done() throws IOException, UnusableFileException;
  }

  private interface Source {
    RandomAccessRead open() throws IOException;
  }

  private final Patience patience;
  private final BoundedPdf parser;
  private final PDDocument document;
  private final int count;
  private long largest;

  /**
   * Reads the structure of one that is in memory, where it is not copied.
   *
   * @param most bytes that its structure may have when it is unpacked
   * @throws UnusableFileException when it is damaged, empty, too complex, or needs a password
   */
  PdfPages(byte[] content, long most, Patience patience) throws UnusableFileException {
    this(() -> PatientBytes.of(content, patience), most, patience);
  }

  /** The same of one that is in a file, and stays there. */
  PdfPages(Path file, long most, Patience patience) throws UnusableFileException {
    this(() -> PatientBytes.of(file, patience), most, patience);
  }

  private PdfPages(Source source, long most, Patience patience) throws UnusableFileException {
    this.patience = patience;
    patience.check();
    RandomAccessRead bytes = read(source::open);
    try {
      parser = read(() -> new BoundedPdf(bytes, most, patience));
      document = read(parser::parse);
    } catch (UnusableFileException | Patience.EndedException e) {
      IOUtils.closeQuietly(bytes);
      throw e;
    }
    try {
      count = read(document::getNumberOfPages);
      if (count == 0) {
        throw new UnusableFileException("FILE_EMPTY", "The PDF has no pages.");
      }
    } catch (UnusableFileException | Patience.EndedException e) {
      close();
      throw e;
    }
  }

  int count() {
    return count;
  }

  /** Whether a model would have to know a key, if only that of everybody. */
  boolean isEncrypted() {
    return document.isEncrypted();
  }

  /** How many bytes of its structure were unpacked so far. */
  long unpacked() {
    return parser.unpacked();
  }

  /**
   * Ranges that cover all pages and of which each is a document within these bounds.
   *
   * @throws UnusableFileException when a single page is larger
   */
  List<Range> ranges(int mostPages, long mostBytes) throws UnusableFileException {
    return read(
        () -> {
          List<Range> ranges = new ArrayList<>();
          int first = 1;
          while (first <= count) {
            Range range = new Range(first, Math.min(count, first + mostPages - 1));
            long size = size(range);
            while (size > mostBytes && range.count() > 1) {
              long likely = Math.min(range.count() - 1, range.count() * mostBytes / size);
              range = new Range(first, first + (int) Math.max(1, likely) - 1);
              size = size(range);
            }
            if (size > mostBytes) {
              throw new UnusableFileException(
                  "FILE_TOO_LARGE",
                  "Page %d alone has %d bytes; the most is %d. Lower its resolution."
                      .formatted(first, size, mostBytes));
            }
            ranges.add(range);
            largest = Math.max(largest, size);
            first = range.last() + 1;
          }
          return ranges;
        });
  }

  /** The bytes of the largest document of {@link #ranges}. */
  long largest() {
    return largest;
  }

  /** A document of these pages, readable without a password. */
  byte[] document(Range range) throws UnusableFileException {
    return read(
        () -> {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          write(range, bytes);
          return bytes.toByteArray();
        });
  }

  private long size(Range range) throws IOException {
    CountingStream counting = new CountingStream();
    write(range, counting);
    return counting.count;
  }

  private void write(Range range, OutputStream to) throws IOException {
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
    try {
      return reading.done();
    } catch (InvalidPasswordException e) {
      throw UnusableFileException.encrypted();
    } catch (BoundedPdf.BombException e) {
      throw UnusableFileException.tooComplex(e.getMessage());
    } catch (Patience.EndedException e) {
      throw e;
    } catch (IOException | RuntimeException | StackOverflowError e) {
      // An interruption closes files, which then cannot be read.
      patience.check();
      throw UnusableFileException.damaged();
    }
  }

  @Override
  public void close() {
    IOUtils.closeQuietly(document);
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
