//! The e-office: procedures as data, their forms, and the numbers that people write into them.

mod forms;
mod identifiers;
mod procedures;
