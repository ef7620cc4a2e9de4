package ai.fileprocessing.files;

/**
 * A file as its owner sees it.
 *
 * @param fileId a UUID version 7, new for every upload
 * @param filename the name as it was sent; for showing, never part of a key
 * @param contentType the media type that its bytes are of, without parameters
 * @param declaredContentType the media type as it was declared, where that contradicts its bytes;
 *     null where it does not
 * @param size in bytes
 * @param sha256 of the bytes, in lower-case hexadecimal
 * @param lastModified when it was stored, in seconds since the Unix epoch
 */
public record StoredFile(
    String fileId,
    String filename,
    String contentType,
    String declaredContentType,
    long size,
    String sha256,
    String userId,
    long lastModified) {}
