using System.Buffers.Binary;

namespace Lab.Simulator.Networks;

/// <summary>Numbers as protocols write them: the highest byte first.</summary>
internal static class NetworkOrder
{
    public static byte[] Bytes(uint value)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Bytes(ushort value)
    {
        byte[] bytes = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, value);
        return bytes;
    }
}
