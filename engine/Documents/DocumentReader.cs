using System.Collections.Immutable;
using System.Xml;
using Lab.Engine.Diagnostics;

namespace Lab.Engine.Documents;

/// <summary>Turns any text into a tree with positions, or into a finding; nothing else comes out of it.</summary>
/// <remarks>
/// A document type declaration is skipped unread: no entity but XML's five exists, nothing is fetched. A text that stops
/// being XML half way yields the elements up to there as well as the finding, so that earlier mistakes are reported too.
/// </remarks>
public static class DocumentReader
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
    };

    /// <param name="file">What positions call the document.</param>
    /// <param name="root">What the root element must be called; null takes any.</param>
    /// <returns>The root element; null when there is none or it is called otherwise.</returns>
    public static DocumentElement? Read(string file, string text, string? root, Findings findings)
    {
        if (text.Length > DocumentLimits.Length)
        {
            findings.Add(DiagnosticTable.TooLarge, new(file, 0, 0),
                $"the document has {text.Length} characters, and {DocumentLimits.Length} are allowed");
            return null;
        }

        DocumentElement? found = new Tree(file, findings).Read(text);
        if (found is not null && root is not null && found.Name != root)
        {
            findings.Add(DiagnosticTable.WrongRoot, found.Position, $"the root element is '{found.Name}', not '{root}'");
            return null;
        }

        return found;
    }

    private sealed class Tree(string file, Findings findings)
    {
        private readonly Stack<Open> _open = new();
        private bool _tooDeep;

        public DocumentElement? Read(string text)
        {
            DocumentElement? root = null;
            try
            {
                using XmlReader reader = XmlReader.Create(new StringReader(text), Settings);
                IXmlLineInfo lines = (IXmlLineInfo)reader;
                while (!_tooDeep && reader.Read())
                {
                    root = Take(reader, lines) ?? root;
                }
            }
            catch (XmlException e)
            {
                findings.Add(DiagnosticTable.NotWellFormed, new(file, e.LineNumber, e.LinePosition), Sentence(e));
            }

            while (root is null && _open.Count > 0)
            {
                root = Close();
            }

            return root;
        }

        /// <returns>The root element, once it is complete.</returns>
        private DocumentElement? Take(XmlReader reader, IXmlLineInfo lines)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    SourcePosition position = Here(lines);
                    if (_open.Count == DocumentLimits.Depth)
                    {
                        findings.Add(DiagnosticTable.TooDeep, position, $"more than {DocumentLimits.Depth} elements inside each other");
                        _tooDeep = true;
                        return null;
                    }

                    bool empty = reader.IsEmptyElement;
                    _open.Push(new(reader.LocalName, position, Attributes(reader, lines)));
                    return empty ? Close() : null;
                case XmlNodeType.EndElement:
                    return Close();
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace
                    when _open.TryPeek(out Open? parent):
                    parent.Text = parent.Text.Length == 0 ? reader.Value : parent.Text + reader.Value;
                    return null;
                default:
                    return null;
            }
        }

        private ImmutableArray<DocumentAttribute> Attributes(XmlReader reader, IXmlLineInfo lines)
        {
            if (reader.AttributeCount == 0)
            {
                return [];
            }

            ImmutableArray<DocumentAttribute>.Builder attributes = ImmutableArray.CreateBuilder<DocumentAttribute>(reader.AttributeCount);
            while (reader.MoveToNextAttribute())
            {
                if (reader.Prefix != "xmlns" && reader.Name != "xmlns")
                {
                    attributes.Add(new(reader.LocalName, reader.Value, Here(lines)));
                }
            }

            _ = reader.MoveToElement();
            return attributes.DrainToImmutable();
        }

        private DocumentElement? Close()
        {
            Open open = _open.Pop();
            DocumentElement element = new(open.Name, open.Position, open.Attributes, open.Children.DrainToImmutable(), open.Text);
            if (_open.Count == 0)
            {
                return element;
            }

            _open.Peek().Children.Add(element);
            return null;
        }

        private SourcePosition Here(IXmlLineInfo lines) => new(file, lines.LineNumber, lines.LinePosition);

        /// <summary>XmlReader's own words without its position, which the finding has.</summary>
        private static string Sentence(XmlException e)
        {
            int tail = e.Message.LastIndexOf(" Line ", StringComparison.Ordinal);
            return (tail < 0 ? e.Message : e.Message[..tail]).TrimEnd('.');
        }

        private sealed record Open(string Name, SourcePosition Position, ImmutableArray<DocumentAttribute> Attributes)
        {
            public ImmutableArray<DocumentElement>.Builder Children { get; } = ImmutableArray.CreateBuilder<DocumentElement>();

            public string Text { get; set; } = "";
        }
    }
}
