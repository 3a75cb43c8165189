public import Domain
public import Foundation

/// A run of another program, as it logs it or as another tool's store held it.
public struct LoggedRun: Sendable, Hashable {
    /// Where it comes from, such as `log` or `mlflow`; with `id` it is the run's identity.
    public var source: String
    /// Its name there, which no other run of the source has.
    public var id: String
    /// The experiment that it belongs to; nil for none.
    public var experiment: String?
    /// What people call it; nil where nobody named it.
    public var name: String?
    /// Its settings.
    public var parameters: [String: JSONValue]
    /// What else is said of it.
    public var tags: [String: String]
    /// By which of its curves it is judged; nil when nobody said so.
    public var objective: RunObjective?
    /// Git revision of its code; nil when unknown.
    public var gitRevision: String?

    /// A run.
    public init(
        source: String, id: String, experiment: String? = nil, name: String? = nil,
        parameters: [String: JSONValue] = [:], tags: [String: String] = [:],
        objective: RunObjective? = nil, gitRevision: String? = nil
    ) {
        self.source = source
        self.id = id
        self.experiment = experiment
        self.name = name
        self.parameters = parameters
        self.tags = tags
        self.objective = objective
        self.gitRevision = gitRevision
    }

    /// What makes it that run.
    public var configuration: RunConfiguration {
        RunConfiguration(["logged": .text(id), "source": .text(source)])
    }
}

/// One value of a logged run's curve.
public struct LoggedPoint: Sendable, Hashable {
    /// What it was measured on, such as `train`; empty where nothing is said.
    public var split: String
    /// Name of the curve within the part; not empty.
    public var name: String
    /// Along what the curve is counted.
    public var axis: SeriesAxis
    /// Epoch or step, from 0.
    public var position: Int
    /// The value; NaN is kept as NULL.
    public var value: Double
    /// When it was measured; nil when unknown.
    public var time: Date?

    /// A point.
    public init(
        split: String = "", name: String, axis: SeriesAxis, position: Int, value: Double,
        time: Date? = nil
    ) {
        self.split = split
        self.name = name
        self.axis = axis
        self.position = position
        self.value = value
        self.time = time
    }

    /// The point of a curve that other tools know by one name: `validation/dice` is measured on the
    /// validation part, `val_dice` on nothing that Lightbox knows.
    public init(
        key: String, axis: SeriesAxis, position: Int, value: Double, time: Date? = nil
    ) {
        let (split, name) = Self.parts(of: key)
        self.init(
            split: split, name: name, axis: axis, position: position, value: value, time: time)
    }

    /// Where a value of a curve stands: the store holds one value there.
    package struct Place: Hashable {
        let split: String, name: String, axis: SeriesAxis, position: Int
    }

    /// Where it stands.
    package var place: Place { Place(split: split, name: name, axis: axis, position: position) }

    /// Whether its value is this one; what is no number is the same as what is none.
    package func has(_ other: Double) -> Bool { value == other || value.isNaN && other.isNaN }

    /// The part of a split and the name within it that one name stands for.
    public static func parts(of key: String) -> (split: String, name: String) {
        guard let slash = key.utf8.firstIndex(of: UInt8(ascii: "/")),
            SplitPart(rawValue: String(key[..<slash])) != nil
        else { return ("", key) }
        let name = key[slash...].dropFirst()
        return name.isEmpty ? ("", key) : (String(key[..<slash]), String(name))
    }
}

extension CurvePoint {
    /// A point of a logged run's curve.
    init(_ point: LoggedPoint) {
        self.init(
            series: NameCache.Series(
                split: point.split.composed, name: point.name.composed, axis: point.axis),
            position: Int64(point.position), value: point.value,
            time: point.time?.timeIntervalSince1970)
    }
}
