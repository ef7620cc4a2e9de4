package ai.fileprocessing.inference;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSDocument;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSObjectKey;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.filter.FilterFactory;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.io.RandomAccessOutputStream;
import org.apache.pdfbox.io.RandomAccessRead;
import org.apache.pdfbox.io.RandomAccessReadView;
import org.apache.pdfbox.io.RandomAccessReadWriteBuffer;
import org.apache.pdfbox.io.RandomAccessStreamCache;
import org.apache.pdfbox.pdfparser.PDFParser;
import org.apache.pdfbox.pdfparser.XrefTrailerResolver;

/**
 * PDFBox's parser with bounds for what it makes of a file. It unpacks the streams that hold a
 * document's objects and their addresses whole, in memory, and those alone: pages and pictures stay
 * as they are. Whatever a stream says of itself, it is counted where it is unpacked.
 */
final class BoundedPdf extends PDFParser {
  /** What the structure of the largest documents has, many times over. */
  static final long MOST = 64L << 20;

  /** Objects that have an address; each takes a hundred bytes, and may take one of the file's. */
  private static final int MOST_ADDRESSES = 1_000_000;

  /** A row of addresses has some bytes. */
  private static final long WIDEST_ROW = 64 * 1024;

  /**
   * How structure is packed; the rest are ways to pack pictures, which would be built in memory.
   */
  private static final Set<String> STRUCTURE =
      Set.of(
          "FlateDecode",
          "Fl",
          "LZWDecode",
          "LZW",
          "ASCIIHexDecode",
          "AHx",
          "ASCII85Decode",
          "A85",
          "RunLengthDecode",
          "RL");

  /** Unchecked, because PDFBox tries in another way whatever fails in one. */
  static final class BombException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BombException(String message) {
      super(message, null, false, false);
    }
  }

  private final long most;
  private final Patience patience;
  private long unpacked;
  private int addresses;

  /**
   * @param most bytes of structure when it is unpacked
   */
  BoundedPdf(RandomAccessRead source, long most, Patience patience) throws IOException {
    super(source, "", null, null, IOUtils.createTempFileOnlyStreamCache());
    this.most = most;
    this.patience = patience;
    xrefTrailerResolver = new Addresses();
    document.close();
    document = new Streams(IOUtils.createTempFileOnlyStreamCache().create());
  }

  /** How many bytes of structure were unpacked so far. */
  long unpacked() {
    return unpacked;
  }

  private final class Addresses extends XrefTrailerResolver {
    @Override
    public void setXRef(COSObjectKey key, long offset) {
      if (++addresses > MOST_ADDRESSES) {
        throw new BombException("The PDF has more than " + MOST_ADDRESSES + " objects.");
      }
      super.setXRef(key, offset);
    }
  }

  /** A document whose streams are counted. */
  private final class Streams extends COSDocument {
    private final RandomAccessStreamCache cache;

    Streams(RandomAccessStreamCache cache) {
      super(() -> cache, BoundedPdf.this);
      this.cache = cache;
    }

    @Override
    public COSStream createCOSStream(COSDictionary dictionary, long start, long length)
        throws IOException {
      COSStream stream = new Counted(cache, createRandomAccessReadView(start, length));
      dictionary.forEach(stream::setItem);
      stream.setKey(dictionary.getKey());
      return stream;
    }
  }

  private final class Counted extends COSStream {
    Counted(RandomAccessStreamCache cache, RandomAccessReadView packed) throws IOException {
      super(cache, packed);
    }

    /** Called for structure alone, as long as nobody looks at pages. */
    @Override
    public RandomAccessRead createView() throws IOException {
      COSBase filters = getFilters();
      if (filters instanceof COSArray array) {
        if (array.size() > 1) {
          throw new BombException("The PDF's structure is packed more than once.");
        }
        filters = array.size() == 1 ? array.getObject(0) : null;
      }
      return filters instanceof COSName name ? unpacked(name) : super.createView();
    }

    private RandomAccessRead unpacked(COSName filter) throws IOException {
      if (!STRUCTURE.contains(filter.getName()) || rowOf(this) > WIDEST_ROW) {
        throw new BombException("The PDF's structure is packed as none is.");
      }
      RandomAccessReadWriteBuffer view = new RandomAccessReadWriteBuffer();
      try (InputStream packed = createRawInputStream();
          OutputStream counting = new Counting(new RandomAccessOutputStream(view))) {
        FilterFactory.INSTANCE.getFilter(filter).decode(packed, counting, this, 0);
      }
      view.seek(0);
      return view;
    }
  }

  /** How many bytes a predictor holds of it. */
  private static double rowOf(COSDictionary stream) {
    COSBase how = stream.getDictionaryObject(COSName.DP, COSName.DECODE_PARMS);
    if (how instanceof COSArray array && array.size() > 0) {
      how = array.getObject(0);
    }
    return how instanceof COSDictionary row
        ? 1.0
            * row.getInt(COSName.COLUMNS, 1)
            * row.getInt(COSName.COLORS, 1)
            * Math.max(8, row.getInt(COSName.BITS_PER_COMPONENT, 8))
            / 8
        : 0;
  }

  private final class Counting extends FilterOutputStream {
    Counting(OutputStream to) {
      super(to);
    }

    @Override
    public void write(int b) throws IOException {
      count(1);
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      count(length);
      out.write(bytes, offset, length);
    }

    private void count(int length) {
      unpacked += length;
      if (unpacked > most) {
        throw new BombException(
            "The PDF's structure has more than " + most + " bytes when it is unpacked.");
      }
      patience.check();
    }
  }
}
