package ai.fileprocessing.inference;

import ai.fileprocessing.inference.Fit.Facts;
import ai.fileprocessing.inference.Fit.Fits;
import ai.fileprocessing.inference.Fit.Misfit;
import ai.fileprocessing.inference.Kind.Way;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Chooses in which form inputs reach a model, by their types and sizes alone, so that the answer is
 * the same when a job is submitted and when it is worked.
 */
final class ChooseRoutes {
  /** What an Office document with a password is told to be. */
  private static final String PROTECTED = "application/encrypted";

  private final InferenceSettings settings;
  private final ModelList models;

  ChooseRoutes(InferenceSettings settings, ModelList models) {
    this.settings = settings;
    this.models = models;
  }

  /** For an input that is asked about alone. */
  Fit alone(Ask ask, Facts input) {
    Limits limits = Limits.of(models.traits(ask.model()));
    Optional<Misfit> misfit = misfit(limits, input);
    if (misfit.isPresent()) {
      return misfit.get();
    }
    Kind kind = Kind.of(input.contentType()).orElseThrow();
    int room = limits.room(ask);
    boolean whole = limits.takes(kind) && input.size() <= limits.document(kind.format());
    return switch (kind.way()) {
      case IMAGE -> new Fits(Route.IMAGE);
      case PDF -> new Fits(whole ? Route.DOCUMENT : Route.SPLIT_PAGES);
      case OFFICE -> new Fits(whole ? Route.DOCUMENT : Route.EXTRACTED_TEXT);
      case EXTRACT -> new Fits(Route.EXTRACTED_TEXT);
      case MARKED_TEXT ->
          whole && input.size() <= room ? new Fits(Route.DOCUMENT) : text(input, room);
      case TEXT -> text(input, room);
    };
  }

  private Fit text(Facts input, int room) {
    if (input.size() <= room) {
      return new Fits(Route.TEXT);
    }
    long most = (long) room * settings.reading().parts();
    return input.size() <= most
        ? new Fits(Route.PARTS)
        : tooLarge(input, most, "for this model. Split it, or choose a model that takes more.");
  }

  /**
   * For inputs that are asked about in one conversation. Documents are the scarcest: where there
   * are too many, csv and html go as text, then office files as the text that is in them.
   */
  List<Fit> together(Ask ask, List<Facts> inputs) {
    if (inputs.size() == 1) {
      return List.of(alone(ask, inputs.get(0)));
    }
    Limits limits = Limits.of(models.traits(ask.model()));
    boolean markedAsDocuments =
        count(inputs, Way.PDF, Way.OFFICE, Way.MARKED_TEXT) <= limits.documents();
    boolean officeAsDocuments = count(inputs, Way.PDF, Way.OFFICE) <= limits.documents();
    Space space = new Space(limits, limits.room(ask));
    List<Fit> fits = new ArrayList<>();
    long sum = 0;
    for (Facts input : inputs) {
      sum += input.size();
      long all = sum;
      fits.add(
          misfit(limits, input)
              .or(() -> tooMuch(all))
              .<Fit>map(it -> it)
              .orElseGet(() -> beside(limits, input, markedAsDocuments, officeAsDocuments, space)));
    }
    return fits;
  }

  private Fit beside(
      Limits limits,
      Facts input,
      boolean markedAsDocuments,
      boolean officeAsDocuments,
      Space space) {
    Kind kind = Kind.of(input.contentType()).orElseThrow();
    boolean whole = limits.takes(kind) && input.size() <= limits.document(kind.format());
    return switch (kind.way()) {
      case IMAGE -> space.image(input);
      case PDF ->
          whole
              ? space.document(input, 0)
              : tooLarge(
                  input,
                  limits.document(kind.format()),
                  "for a PDF in mode together. Split it, or use mode each.");
      case OFFICE ->
          whole && officeAsDocuments ? space.document(input, 0) : new Fits(Route.EXTRACTED_TEXT);
      case EXTRACT -> new Fits(Route.EXTRACTED_TEXT);
      case MARKED_TEXT ->
          whole && markedAsDocuments ? space.document(input, input.size()) : space.text(input);
      case TEXT -> space.text(input);
    };
  }

  /** What is read for one conversation is in memory at once, also what goes as the text in it. */
  private Optional<Misfit> tooMuch(long all) {
    return all > settings.largestFile()
        ? Optional.of(
            new Misfit(
                "With this one the files have "
                    + all
                    + " bytes; in mode together the most is "
                    + settings.largestFile()
                    + "."
                    + ShowTogether.REMEDY))
        : Optional.empty();
  }

  /** What is wrong with an input however it is asked about. */
  private Optional<Misfit> misfit(Limits limits, Facts input) {
    if (input.size() == 0) {
      return Optional.of(new Misfit("The file is empty."));
    }
    if (input.contentType().equals(PROTECTED)) {
      return Optional.of(
          new Misfit("The document is protected by a password. Save it without one."));
    }
    Optional<Kind> kind = Kind.of(input.contentType());
    if (kind.isEmpty()) {
      return Optional.of(
          new Misfit(
              "Files of type "
                  + ShownText.of(input.contentType())
                  + " cannot be processed. "
                  + Kind.TAKEN
                  + " Convert it."));
    }
    if (List.of(Way.IMAGE, Way.PDF).contains(kind.get().way()) && !limits.takes(kind.get())) {
      return Optional.of(
          new Misfit(
              "This model takes no "
                  + kind.get().format()
                  + ". Choose one that does (GET /models), or send the text in the file."));
    }
    if (kind.get().way() == Way.IMAGE && input.size() > limits.imageBytes()) {
      return Optional.of(
          tooLarge(input, limits.imageBytes(), "for an image. Scale it down or compress it."));
    }
    if (input.size() > settings.largestFile()) {
      return Optional.of(tooLarge(input, settings.largestFile(), "here. Split it."));
    }
    return Optional.empty();
  }

  private static long count(List<Facts> inputs, Way... ways) {
    return inputs.stream()
        .flatMap(it -> Kind.of(it.contentType()).stream())
        .filter(it -> List.of(ways).contains(it.way()))
        .count();
  }

  private static Misfit tooLarge(Facts input, long most, String andNow) {
    return new Misfit(
        "The file has " + input.size() + " bytes; the most is " + most + " " + andNow);
  }

  /** What is left of one request. */
  private static final class Space {
    private final Limits limits;
    private final int room;
    private int documents;
    private int images;
    private long media;
    private long text;

    Space(Limits limits, int room) {
      this.limits = limits;
      this.room = room;
    }

    Fit document(Facts input, long words) {
      if (++documents > limits.documents()) {
        return new Misfit(
            "In mode together at most "
                + limits.documents()
                + " documents go to the model."
                + ShowTogether.REMEDY);
      }
      text += words;
      return room(Route.DOCUMENT, input.size());
    }

    Fit image(Facts input) {
      return ++images > limits.images()
          ? new Misfit(
              "In mode together at most "
                  + limits.images()
                  + " images go to the model."
                  + ShowTogether.REMEDY)
          : room(Route.IMAGE, input.size());
    }

    Fit text(Facts input) {
      text += input.size();
      return room(Route.TEXT, 0);
    }

    private Fit room(Route route, long bytes) {
      media += bytes;
      if (media > limits.media()) {
        return new Misfit(
            "With this one the documents and images have "
                + media
                + " bytes; in mode together the most is "
                + limits.media()
                + "."
                + ShowTogether.REMEDY);
      }
      return text > room
          ? new Misfit(
              "With this one the texts have "
                  + text
                  + " bytes; in mode together the most is "
                  + room
                  + "."
                  + ShowTogether.REMEDY)
          : new Fits(route);
    }
  }
}
