package ai.fileprocessing.platform;

/**
 * Marks the typed settings of a room, so that the start can read every one of them before the first
 * request.
 */
public interface RoomSettings {}
