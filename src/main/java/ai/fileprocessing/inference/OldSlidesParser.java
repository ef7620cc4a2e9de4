package ai.fileprocessing.inference;

import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import org.apache.poi.hslf.usermodel.HSLFShape;
import org.apache.poi.hslf.usermodel.HSLFSlide;
import org.apache.poi.hslf.usermodel.HSLFSlideShow;
import org.apache.poi.hslf.usermodel.HSLFTextParagraph;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.sl.extractor.SlideShowExtractor;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.parser.Parser;
import org.apache.tika.sax.XHTMLContentHandler;
import org.xml.sax.ContentHandler;
import org.xml.sax.SAXException;

/**
 * Tells the text on the slides of an old PowerPoint file and in their notes and comments, and
 * leaves all else alone. Tika's own parser unpacks every picture and whatever is embedded, if only
 * to offer it to somebody who does not want it.
 */
final class OldSlidesParser implements Parser {
  private static final long serialVersionUID = 1;

  @Override
  public Set<MediaType> getSupportedTypes(ParseContext context) {
    return Set.of(MediaType.application("vnd.ms-powerpoint"));
  }

  @Override
  public void parse(
      InputStream stream, ContentHandler handler, Metadata metadata, ParseContext context)
      throws IOException, SAXException {
    XHTMLContentHandler xhtml = new XHTMLContentHandler(handler, metadata);
    xhtml.startDocument();
    try (POIFSFileSystem file = new POIFSFileSystem(TikaInputStream.cast(stream).getFile(), true);
        HSLFSlideShow show = new HSLFSlideShow(file)) {
      SlideShowExtractor<HSLFShape, HSLFTextParagraph> text = new SlideShowExtractor<>(show);
      text.setNotesByDefault(true);
      text.setCommentsByDefault(true);
      for (HSLFSlide slide : show.getSlides()) {
        xhtml.element("p", text.getText(slide));
      }
    }
    xhtml.endDocument();
  }
}
