package ai.fileprocessing.local;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The entries of a batch, which succeed and fail each for itself. */
record SqsBatch(List<SqsRequest> entries) {
  /** SQS's API reference, SendMessageBatch and its siblings. */
  private static final int MOST_ENTRIES = 10;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

  static SqsBatch of(SqsRequest request) {
    SqsBatch batch =
        new SqsBatch(request.json().path("Entries").valueStream().map(SqsRequest::new).toList());
    batch.check();
    return batch;
  }

  private void check() {
    if (entries.isEmpty()) {
      throw new SqsRefusedException(
          SqsFault.EMPTY_BATCH_REQUEST, "There should be at least one entry in the request.");
    }
    if (entries.size() > MOST_ENTRIES) {
      throw new SqsRefusedException(
          SqsFault.TOO_MANY_ENTRIES,
          "Maximum number of entries per request are %d. You have sent %d."
              .formatted(MOST_ENTRIES, entries.size()));
    }
    Set<String> ids = new HashSet<>();
    for (SqsRequest entry : entries) {
      String id = entry.text("Id");
      if (!ID.matcher(id).matches()) {
        throw new SqsRefusedException(
            SqsFault.INVALID_BATCH_ENTRY_ID,
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores."
                + " It can be at most 80 letters long.");
      }
      if (!ids.add(id)) {
        throw new SqsRefusedException(
            SqsFault.BATCH_ENTRY_IDS_NOT_DISTINCT, "Id " + id + " repeated.");
      }
    }
  }

  ObjectNode answer(Function<SqsRequest, ObjectNode> action) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    ArrayNode successful = answer.putArray("Successful");
    ArrayNode failed = answer.putArray("Failed");
    for (SqsRequest entry : entries) {
      String id = entry.text("Id");
      try {
        successful.add(action.apply(entry).put("Id", id));
      } catch (SqsRefusedException e) {
        failed
            .addObject()
            .put("Id", id)
            .put("SenderFault", true)
            .put("Code", e.fault().code())
            .put("Message", e.getMessage());
      }
    }
    return answer;
  }
}
