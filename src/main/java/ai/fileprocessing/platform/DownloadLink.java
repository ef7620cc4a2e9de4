package ai.fileprocessing.platform;

/**
 * Where one object can be fetched, and until when.
 *
 * @param presignedUrl a URL that needs no token; whoever has it can read the object
 * @param filename the name that the download will carry
 * @param contentType the media type that the download will carry
 * @param expiresAt when the URL stops working, in seconds since the Unix epoch
 */
public record DownloadLink(
    String presignedUrl, String filename, String contentType, long expiresAt) {}
