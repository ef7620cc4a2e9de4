package ai.fileprocessing.local;

/** The errors of SQS, each with its name on the JSON protocol and its older code. */
enum SqsFault {
  BATCH_ENTRY_IDS_NOT_DISTINCT("BatchEntryIdsNotDistinct"),
  BATCH_REQUEST_TOO_LONG("BatchRequestTooLong"),
  EMPTY_BATCH_REQUEST("EmptyBatchRequest"),
  INVALID_BATCH_ENTRY_ID("InvalidBatchEntryId"),
  MESSAGE_NOT_INFLIGHT("MessageNotInflight"),
  TOO_MANY_ENTRIES("TooManyEntriesInBatchRequest"),
  UNSUPPORTED_OPERATION("UnsupportedOperation"),
  QUEUE_DOES_NOT_EXIST("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
  QUEUE_NAME_EXISTS("QueueNameExists", "QueueAlreadyExists"),
  INVALID_ADDRESS("InvalidAddress", "InvalidAddress"),
  INVALID_ATTRIBUTE_NAME("InvalidAttributeName", "InvalidAttributeName"),
  INVALID_ATTRIBUTE_VALUE("InvalidAttributeValue", "InvalidAttributeValue"),
  INVALID_MESSAGE_CONTENTS("InvalidMessageContents", "InvalidMessageContents"),
  RECEIPT_HANDLE_IS_INVALID("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid"),
  RESOURCE_NOT_FOUND("ResourceNotFoundException", "ResourceNotFoundException"),
  INVALID_PARAMETER_VALUE("InvalidParameterValue", "InvalidParameterValue"),
  MISSING_PARAMETER("MissingParameter", "MissingParameter");

  private final String type;
  private final String code;

  SqsFault(String type) {
    this(type, "AWS.SimpleQueueService." + type);
  }

  SqsFault(String type, String code) {
    this.type = type;
    this.code = code;
  }

  String type() {
    return "com.amazonaws.sqs#" + type;
  }

  String code() {
    return code;
  }
}
