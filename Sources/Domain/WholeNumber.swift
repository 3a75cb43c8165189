extension FixedWidthInteger {
    /// The whole number nearest to `value`: the least or the largest that there is where `value` lies
    /// beyond, and 0 where it is no number.
    ///
    /// For numbers of files and stores, of which nothing is known: `Int(value)` ends the process where
    /// it does not fit.
    package init(nearest value: Double) {
        let rounded = value.rounded()
        // The general way, below, takes as long as writing the number into a store.
        if rounded.magnitude < 0x1p62 {
            self.init(clamping: Int64(rounded))
        } else if let exact = Self(exactly: rounded) {
            self = exact
        } else {
            self = rounded.isNaN ? 0 : rounded < 0 ? .min : .max
        }
    }
}
