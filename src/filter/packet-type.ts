/** `meta pkttype`: whom the frame is for, seen from the port that received it (Linux if_packet.h). */
export const [PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST, PACKET_OTHER] = [0, 1, 2, 3] as const;
