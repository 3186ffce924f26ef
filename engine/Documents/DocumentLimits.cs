namespace Lab.Engine.Documents;

/// <summary>Bounds on what is read at all, so that no input takes long or much.</summary>
public static class DocumentLimits
{
    /// <summary>Characters. virsh reads no more of a file either (VSH_MAX_XML_FILE, tools/vsh.h).</summary>
    public const int Length = 10 * 1024 * 1024;

    /// <summary>Elements inside elements; libxml2's xmlParserMaxDepth.</summary>
    public const int Depth = 256;
}
